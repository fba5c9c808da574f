import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.doors import CLOSED, LIFELINE, OPEN
from cloison.seal.planner import write_programme
from cloison.seal.search import reopen, settle, shut_then_reopen


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_neither_reopening_nor_settling_makes_a_plan_worse(seed):
    asked = make_ready(*random_hospital(seed))
    balance = Balance(asked)
    doors = np.random.default_rng(seed).integers(0, 3, size=asked.doors.count).astype(np.int8)
    before = balance.objective(doors)
    assert balance.objective(reopen(doors, balance.objective, 50)) <= before
    assert balance.objective(settle(doors, asked.doors, balance)) <= before * (1 + 1e-9) + 1e-9


def test_reopening_finds_the_few_doors_that_serve():
    needed = {3, 17}
    shut = np.full(32, CLOSED, dtype=np.int8)

    def objective(levels):
        return np.count_nonzero(levels) + 100.0 * sum(levels[door] == OPEN for door in needed)

    assert set(np.flatnonzero(reopen(shut, objective, 100)).tolist()) == needed


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_without_time_what_is_shut_serves(seed):
    asked = make_ready(*random_hospital(seed))
    columns = write_programme(asked)[0].doors
    balance = Balance(asked)
    doors = shut_then_reopen(columns, balance.objective)
    for door in np.flatnonzero(doors != OPEN):
        opened = doors.copy()
        opened[door] = OPEN
        assert balance.objective(opened) > balance.objective(doors) - 1e-9


def test_between_equals_a_door_without_a_lifeline_flow_is_closed_and_one_with_it_is_at_lifeline():
    place = hospital(
        zones=(zone("a"), zone("b"), zone("c")),
        conduits=(sure_conduit("plain", "a", "b"), sure_conduit("vital", "a", "c"), sure_conduit("idle", "b", "c")),
        flows=(flow("f", ("vital",), lifeline=True),),
        care_services=(service("s", "zone:b"), service("t", "zone:c")),
    )
    asked = make_ready(place, PlanParameters(suspicion=((ZoneId("a"), 1.0),), scenarios=1))
    settled = settle(np.array([LIFELINE, CLOSED, CLOSED], dtype=np.int8), asked.doors, Balance(asked))
    assert settled.tolist() == [CLOSED, LIFELINE, OPEN]
