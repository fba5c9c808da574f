from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import (
    best_by_trying,
    conduit,
    flow,
    hospital,
    obeys,
    pinned,
    random_hospital,
    service,
    sure_conduit,
    zone,
)

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import DoorId, Level, SpreadProbabilities, ZoneId
from cloison.model.plan import PlanParameters, ServiceState, Status
from cloison.seal.check import check, weigh
from cloison.seal.planner import plan

SUSPECT = PlanParameters(suspicion=((ZoneId("office"), 1.0),))


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_plan_is_the_best_of_every_set_of_doors(seed):
    place, parameters = random_hospital(seed)
    found = plan(place, parameters)
    best = best_by_trying(place, parameters)
    assert abs(found.objective - best) <= 1e-6 * max(1.0, best)
    assert found.lower_bound <= best
    assert found.status is Status.OPTIMAL
    assert found.gap <= 1e-6
    assert check(place, found) == ()


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_with_doors_pinned_the_plan_is_the_best_of_those_that_obey(seed):
    place, parameters = random_hospital(seed)
    parameters = pinned(place, parameters, seed)
    found = plan(place, parameters)
    best = best_by_trying(place, parameters)
    assert abs(found.objective - best) <= 1e-6 * max(1.0, best)
    assert found.status is Status.OPTIMAL
    assert obeys({each.conduit: each.level for each in found.actions}, parameters)
    assert check(place, found) == ()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_each_answer_on_the_way_is_legal_and_better_and_bounds_the_best(seed):
    place, parameters = random_hospital(seed)
    told = []
    found = plan(place, parameters, on_answer=told.append)
    objectives, bounds = [each.objective for each in told], [each.lower_bound for each in told]
    assert objectives == sorted(objectives, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= found.objective + 1e-9 <= objectives[-1] + 2e-9
    for each in told:
        assert weigh(place, parameters, dict(each.levels)).objective == pytest.approx(each.objective)


def test_a_clock_that_runs_out_stops_the_search_wherever_it_is():
    place, parameters = random_hospital(23)
    statuses = set()
    for limit in range(1, 20):
        ticks = count()
        found = plan(
            place, replace(parameters, time_limit_seconds=float(limit)), clock=lambda ticks=ticks: float(next(ticks))
        )
        assert check(place, found) == ()
        statuses.add(found.status)
    assert statuses == {Status.FEASIBLE, Status.OPTIMAL}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_same_question_gets_the_same_plan(seed):
    assert plan(*random_hospital(seed)) == plan(*random_hospital(seed))


def test_no_time_still_gives_a_plan_a_bound_and_a_gap():
    place = hospital(
        zones=(zone("office"), zone("servers", 10_000)), conduits=(sure_conduit("c", "office", "servers"),)
    )
    found = plan(place, replace(SUSPECT, time_limit_seconds=0.0))
    assert found.status is Status.FEASIBLE
    assert found.gap > 0.0
    assert found.lower_bound <= plan(place, SUSPECT).objective
    assert check(place, found) == ()


@pytest.mark.parametrize("suspicion", [(), ((ZoneId("office"), 0.0),)])
def test_nothing_suspected_moves_no_door(suspicion):
    place = hospital(
        zones=(zone("office"), zone("servers", 10_000)), conduits=(sure_conduit("c", "office", "servers"),)
    )
    found = plan(place, replace(SUSPECT, suspicion=suspicion))
    assert (found.actions, found.objective, found.status) == ((), 0.0, Status.OPTIMAL)
    assert (found.lower_bound, found.gap) == (0.0, 0.0)


def test_everything_lost_moves_no_door():
    place = hospital(
        zones=(zone("office", 10), zone("servers", 10_000)), conduits=(sure_conduit("c", "office", "servers"),)
    )
    found = plan(place, replace(SUSPECT, suspicion=((ZoneId("office"), 1.0), (ZoneId("servers"), 1.0))))
    assert (found.actions, found.status) == ((), Status.OPTIMAL)
    assert found.objective == pytest.approx(10.01)


@pytest.mark.parametrize("zones", [(), (zone("office", 5),)])
def test_a_map_without_a_passage_has_its_plan(zones):
    found = plan(hospital(zones=zones), replace(SUSPECT, suspicion=tuple((each.id, 1.0) for each in zones)))
    assert (found.actions, found.care, found.status) == ((), (), Status.OPTIMAL)


def test_a_passage_in_a_door_without_a_point_stays_open():
    sure = SpreadProbabilities(open=1.0, lifeline=0.0, closed=0.0)
    place = hospital(
        zones=(zone("office"), zone("servers", 10_000), zone("archive", 20_000)),
        conduits=(
            conduit("bare", "office", "servers", spread=sure, door=DoorId("cable")),
            sure_conduit("held", "office", "archive", door=DoorId("cable")),
        ),
    )
    found = plan(place, SUSPECT)
    assert [each.conduit for each in found.actions] == ["held"]
    assert found.sealed.records == 10_000.0


def test_a_door_shared_by_many_passages_is_paid_once():
    zones = (zone("office"), *(zone(f"z{number}", 10) for number in range(10)))
    conduits = tuple(sure_conduit(f"c{number}", "office", f"z{number}", door=DoorId("cable")) for number in range(10))
    found = plan(hospital(zones=zones, conduits=conduits), replace(SUSPECT, action_weight=0.05))
    assert len(found.actions) == 10
    assert found.objective == pytest.approx(0.05)


def test_a_lifeline_flow_keeps_its_care_while_the_door_holds():
    place = hospital(
        zones=(zone("office"), zone("imaging", 10_000)),
        conduits=(sure_conduit("c", "office", "imaging"),),
        flows=(flow("images", ("c",), lifeline=True),),
        care_services=(service("s", "flow:images", care_per_hour=5.0),),
    )
    found = plan(place, SUSPECT)
    assert [each.level for each in found.actions] == [Level.LIFELINE]
    assert found.care[0].state is ServiceState.NORMAL
    assert found.care[0].lost_if_sealed == 0.0


def test_a_service_that_the_doors_stop_says_so():
    place = hospital(
        zones=(zone("office"), zone("imaging", 1_000_000)),
        conduits=(sure_conduit("c", "office", "imaging"),),
        flows=(flow("images", ("c",)),),
        care_services=(service("s", "flow:images", care_per_hour=5.0),),
    )
    (care,) = plan(place, SUSPECT).care
    assert (care.state, care.lost_if_nothing, care.lost_if_sealed) == (ServiceState.STOPPED, 0.0, 60.0)


def test_progress_is_told_from_nothing_to_done():
    told = []
    plan(hospital(zones=(zone("office"),)), SUSPECT, on_progress=lambda stage, share: told.append((str(stage), share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], told[-1]) == (0.0, ("done", 1.0))


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownIdError, match="office"):
        plan(hospital(zones=(zone("offices"),)), SUSPECT)


def test_a_door_that_would_help_the_intruder_is_refused():
    table = SpreadProbabilities(open=0.1, lifeline=0.2, closed=0.3)
    place = hospital(zones=(zone("office"), zone("b")), conduits=(conduit("c", "office", "b", spread=table),))
    with pytest.raises(BadValueError, match="conduit:c"):
        plan(place, SUSPECT)
