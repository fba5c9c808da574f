from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import best_by_trying, random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline, stopped
from cloison.seal.programme import Dearness
from cloison.seal.refinement import Chooser, Unseen, refine
from cloison.seal.wall import free_wall

AMPLE = Deadline.after(stopped, 1.0)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_doors_that_last_lose_no_more_over_unseen_scenarios_than_the_plan(seed):
    asked = make_ready(*random_hospital(seed))
    found = refine(asked, asked.doors.least, AMPLE)
    unseen = Unseen(asked)
    assert found.unseen == pytest.approx(unseen.lost(found.levels)[0])
    assert found.unseen <= unseen.lost(asked.doors.least)[0] + 1e-9
    assert found.scenarios >= 2 * asked.parameters.scenarios
    assert (found.levels >= asked.doors.least).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_with_the_wall_up_the_doors_chosen_are_near_the_best(seed):
    place, parameters = random_hospital(seed)
    asked = make_ready(place, replace(parameters, action_weight=0.0))
    chosen = Chooser(asked, free_wall(asked), asked.parameters.scenarios, AMPLE).choose()
    lost, best = Balance(asked).objective(chosen), best_by_trying(place, asked.parameters)
    assert best - 1e-6 <= lost <= 1.1 * best + 1e-6


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_dearer_doors_take_less_care_and_a_dearer_intruder_takes_less(seed):
    asked = make_ready(*random_hospital(seed))
    wall = free_wall(asked)
    chooser = Chooser(asked, wall, 16, AMPLE)
    gentle, firm = chooser.choose(Dearness(doors=1e6)), chooser.choose(Dearness(intruder=1e6))
    assert chooser.balance.worth(gentle).sealing <= chooser.balance.worth(wall).sealing + 1e-9
    assert chooser.balance.worth(firm).taken <= chooser.balance.worth(gentle).taken + 1e-6


def test_without_time_there_is_none():
    asked = make_ready(*random_hospital(3))
    assert refine(asked, asked.doors.least, Deadline.after(stopped, 0.0)) is None


def test_unseen_scenarios_are_the_same_twice_and_not_the_plan_s():
    asked = make_ready(*random_hospital(11))
    open_ = np.zeros(asked.doors.count, dtype=np.int8)
    assert Unseen(asked).lost(open_) == Unseen(asked).lost(open_)
