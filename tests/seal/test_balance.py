import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.check import losses
from cloison.seal.doors import levels_by_conduit


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_the_fast_balance_weighs_as_the_check_does(seed, draw):
    asked = make_ready(*random_hospital(seed))
    doors = np.random.default_rng(draw).integers(0, 3, size=asked.doors.count).astype(np.int8)
    right = losses(
        asked.hospital, asked.parameters, levels_by_conduit(asked.hospital, asked.doors, doors), asked.scenarios
    )
    worth = Balance(asked).worth(doors)
    assert worth.objective == pytest.approx(right.weighing.objective)
    assert worth.sealing == pytest.approx(right.sealing_care_hours)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_opening_idle_doors_lets_nobody_else_fall_and_costs_no_more(seed, draw):
    asked = make_ready(*random_hospital(seed))
    balance = Balance(asked)
    doors = np.random.default_rng(draw).integers(0, 3, size=asked.doors.count).astype(np.int8)
    doors = np.maximum(doors, asked.doors.least)
    working = balance.without_idle(doors)
    assert np.array_equal(balance.compromised(working), balance.compromised(doors))
    assert balance.objective(working) <= balance.objective(doors) + 1e-9
    assert ((working == doors) | (working == asked.doors.least)).all()
    assert np.array_equal(balance.without_idle(working), working)
