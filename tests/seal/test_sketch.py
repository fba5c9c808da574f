from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.deadline import AMPLE, Deadline, OutOfTime, stopped
from cloison.seal.sketch import sketch
from cloison.seal.wall import free_wall

ALL_TRIED = 5
"""Doors whose every setting is tried; of more, as many drawn ones."""


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_its_bound_is_below_every_set_of_doors_and_its_doors_are_among_them(seed):
    asked = make_ready(*random_hospital(seed))
    balance, few = Balance(asked), asked.doors.count <= ALL_TRIED
    found = sketch(asked, balance, free_wall(asked), AMPLE)
    every = np.array(list(product(range(3), repeat=ALL_TRIED)), dtype=np.int8)
    drawn = np.random.default_rng(seed).integers(0, 3, (len(every), asked.doors.count)).astype(np.int8)
    tried = np.unique(every[:, : asked.doors.count], axis=0) if few else drawn
    tried = tried[(tried >= asked.doors.least).all(axis=1)]
    least = min(map(balance.objective, (*tried, *found.choices)))
    assert found.bound <= least * (1 + 1e-9) + 1e-9
    assert all((levels >= asked.doors.least).all() for levels in found.choices)
    assert not few or min(map(balance.objective, tried)) <= least * (1 + 1e-9) + 1e-9


def test_without_time_there_is_none():
    asked = make_ready(*random_hospital(1))
    with pytest.raises(OutOfTime):
        sketch(asked, Balance(asked), free_wall(asked), Deadline.after(stopped, 0.0))
