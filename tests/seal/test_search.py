import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline, stopped
from cloison.seal.doors import CLOSED, LIFELINE, OPEN
from cloison.seal.formulation import write_programme
from cloison.seal.search import Patience, reopen, settle, swap

AMPLE = Patience(200, Deadline.after(stopped, 1.0))


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_neither_reopening_nor_settling_makes_a_plan_worse(seed):
    asked = make_ready(*random_hospital(seed))
    balance = Balance(asked)
    doors = np.random.default_rng(seed).integers(0, 3, size=asked.doors.count).astype(np.int8)
    before = balance.objective(doors)
    assert balance.objective(reopen(doors, balance.objective, asked.doors.least, AMPLE)) <= before
    assert balance.objective(settle(doors, asked.doors, balance, AMPLE.deadline)) <= before * (1 + 1e-9) + 1e-9


def test_reopening_finds_the_few_doors_that_serve():
    needed = {3, 17}
    shut = np.full(32, CLOSED, dtype=np.int8)

    def objective(levels):
        return np.count_nonzero(levels) + 100.0 * sum(levels[door] == OPEN for door in needed)

    assert set(np.flatnonzero(reopen(shut, objective, np.zeros_like(shut), AMPLE)).tolist()) == needed


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_after_swapping_no_single_door_is_better_moved(seed):
    asked = make_ready(*random_hospital(seed))
    columns, balance = write_programme(asked)[0].doors, Balance(asked)
    doors = swap(asked.doors.least, columns, balance.objective, AMPLE)
    lowest = balance.objective(doors)
    for door in np.flatnonzero(columns.shut >= 0).tolist():
        for level in columns.choices(door):
            moved = doors.copy()
            moved[door] = level
            assert balance.objective(moved) >= lowest - 1e-9 * max(1.0, lowest)


def test_patience_ends_with_its_trials_or_its_time():
    assert not Patience(3, Deadline.after(stopped, 1.0)).goes_on(3)
    assert Patience(3, Deadline.after(stopped, 1.0)).goes_on(2)
    assert not Patience(3, Deadline.after(stopped, 0.0)).goes_on(0)


def test_a_door_that_must_be_shut_is_not_reopened():
    shut, least = np.full(4, CLOSED, dtype=np.int8), np.array([LIFELINE, OPEN, OPEN, OPEN], dtype=np.int8)
    assert reopen(shut, np.count_nonzero, least, AMPLE).tolist() == [LIFELINE, OPEN, OPEN, OPEN]


def test_between_equals_a_door_without_a_lifeline_flow_is_closed_and_one_with_it_is_at_lifeline():
    place = hospital(
        zones=(zone("a"), zone("b"), zone("c")),
        conduits=(sure_conduit("plain", "a", "b"), sure_conduit("vital", "a", "c"), sure_conduit("idle", "b", "c")),
        flows=(flow("f", ("vital",), lifeline=True),),
        care_services=(service("s", "zone:b"), service("t", "zone:c")),
    )
    asked = make_ready(place, PlanParameters(suspicion=((ZoneId("a"), 1.0),), scenarios=1))
    settled = settle(np.array([LIFELINE, CLOSED, CLOSED], dtype=np.int8), asked.doors, Balance(asked), AMPLE.deadline)
    assert settled.tolist() == [CLOSED, LIFELINE, OPEN]
