from dataclasses import replace
from itertools import combinations, count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import Degraded, Level, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.alternatives import EXTREMES
from cloison.seal.check import weigh
from cloison.seal.planner import plan


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_no_alternative_comes_twice_and_none_between_is_beaten(seed):
    place, parameters = random_hospital(seed)
    listed = plan(place, parameters).alternatives
    assert all(one.levels != other.levels for one, other in combinations(listed, 2))
    assert next(each.name for each in listed) == "optimal"
    assert len(listed) - len(EXTREMES) <= 4
    risk = {
        each.name: each.weighing.care_hours + parameters.record_weight * each.weighing.records - each.sealing_care_hours
        for each in listed
    }
    for each in listed:
        if each.name not in EXTREMES:
            assert not any(
                other.sealing_care_hours <= each.sealing_care_hours and risk[other.name] < risk[each.name] - 1e-6
                for other in listed
            )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_each_alternative_is_weighed_over_the_plans_scenarios(seed):
    place, parameters = random_hospital(seed)
    for each in plan(place, parameters).alternatives:
        right = weigh(place, parameters, dict(each.levels))
        assert each.weighing.objective == pytest.approx(right.objective)
        assert each.weighing.doors_moved == right.doors_moved


def test_fresh_runs_tell_a_sure_loss_without_error():
    place = hospital(
        zones=(zone("office"), zone("care")),
        conduits=(sure_conduit("way", "office", "care"),),
        flows=(flow("f", ("way",)),),
        care_services=(service("s", "flow:f", care_per_hour=2.0, degraded=Degraded(), restore_hours=0.0),),
    )
    found = plan(place, PlanParameters(suspicion=((ZoneId("office"), 1.0),)))
    cut = {each.name: each for each in found.alternatives}["total-cut"]
    assert cut.levels == (("way", Level.CLOSED),)
    assert (cut.sealing_care_hours, cut.fresh_care_hours, cut.fresh_standard_error) == (24.0, 24.0, 0.0)


def test_a_plan_that_gives_up_less_care_is_offered_where_there_is_one():
    ways = [sure_conduit(f"c{number}", "office", f"z{number}") for number in range(6)]
    place = hospital(
        zones=(zone("office"), *(zone(f"z{number}") for number in range(6))),
        conduits=tuple(ways),
        flows=tuple(flow(f"f{number}", (f"c{number}",)) for number in range(6)),
        care_services=(
            *(service(f"s{number}", f"flow:f{number}", care_per_hour=1.0, restore_hours=0.0) for number in range(6)),
            *(
                service(f"t{number}", f"zone:z{number}", care_per_hour=1.0, restore_hours=14.0 + 20.0 * number)
                for number in range(6)
            ),
        ),
    )
    found = plan(place, PlanParameters(suspicion=((ZoneId("office"), 1.0),)))
    sealing = {each.name: each.sealing_care_hours for each in found.alternatives}
    assert sealing["nothing"] < sealing["less-care-lost"] < sealing["optimal"]


def test_each_choice_knows_its_neighbour_what_stops_and_how_long_it_takes():
    place = hospital(
        zones=(zone("office"), zone("care")),
        conduits=(sure_conduit("way", "office", "care", close_minutes=3.0),),
        flows=(flow("f", ("way",)),),
        care_services=(service("s", "flow:f", degraded=Degraded(capacity=0.5, hours=4.0), restore_hours=0.0),),
    )
    found = plan(place, PlanParameters(suspicion=((ZoneId("office"), 1.0),), seal_hours=12.0))
    first, cut = found.alternatives
    assert (first.name, first.neighbour, first.minutes, first.outages) == ("optimal", None, 0.0, ())
    assert (cut.name, cut.neighbour, cut.minutes) == ("total-cut", "optimal", 3.0)
    assert [(each.service, each.degraded_hours, each.stopped_hours) for each in cut.outages] == [("s", 4.0, 8.0)]


def test_when_time_is_short_fewer_choices_are_weighed_and_none_late():
    place, parameters = random_hospital(23)
    ticks = count()
    found = plan(place, replace(parameters, time_limit_seconds=12.0), clock=lambda: float(next(ticks)))
    assert found.alternatives == ()
