from dataclasses import replace
from itertools import combinations, count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import FIREWALL, conduit, flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import Degraded, Hospital, Level, SpreadProbabilities, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.check import weigh
from cloison.seal.front import FIXED, MOST, beats, place
from cloison.seal.planner import plan

SURE = PlanParameters(suspicion=((ZoneId("office"), 1.0),))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_no_choice_comes_twice_and_none_between_is_beaten(seed):
    place_, parameters = random_hospital(seed)
    listed = plan(place_, parameters).alternatives
    assert all(one.levels != other.levels for one, other in combinations(listed, 2))
    assert {each.name for each in listed} >= {"optimal"}
    assert len(listed) <= MOST
    where = {each.name: place(each, parameters.record_weight) for each in listed}
    for each in listed:
        beaten = any(beats(other, where[each.name]) for other in where.values())
        assert each.on_front is not beaten
        if each.name not in FIXED:
            assert each.on_front


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


def many_wards() -> Hospital:
    """Six wards, each behind a door whose closing takes the same care, with ever longer to rebuild."""
    return hospital(
        zones=(zone("office"), *(zone(f"z{number}") for number in range(6))),
        conduits=tuple(sure_conduit(f"c{number}", "office", f"z{number}") for number in range(6)),
        flows=tuple(flow(f"f{number}", (f"c{number}",)) for number in range(6)),
        care_services=(
            *(service(f"s{number}", f"flow:f{number}", care_per_hour=1.0, restore_hours=0.0) for number in range(6)),
            *(
                service(f"t{number}", f"zone:z{number}", care_per_hour=1.0, restore_hours=14.0 + 20.0 * number)
                for number in range(6)
            ),
        ),
    )


def test_plans_that_give_up_less_care_or_more_are_offered_where_there_are_some():
    sealing = {each.name: each.sealing_care_hours for each in plan(many_wards(), SURE).alternatives}
    assert sealing["nothing"] < sealing["less-care-lost"] < sealing["optimal"]
    assert len(sealing) >= 3


def test_with_the_front_full_nothing_is_excused():
    found = plan(many_wards(), SURE)
    assert (found.few_choices, sum(each.on_front for each in found.alternatives) >= 3) == (None, True)


def test_with_nothing_between_it_is_said():
    place_ = hospital(zones=(zone("office"), zone("care")), conduits=(sure_conduit("way", "office", "care"),))
    found = plan(place_, SURE)
    assert "nothing lies between" in str(found.few_choices)


def test_each_choice_knows_its_neighbour_what_stops_and_how_long_it_takes():
    place_ = hospital(
        zones=(zone("office"), zone("care")),
        conduits=(sure_conduit("way", "office", "care", close_minutes=3.0),),
        flows=(flow("f", ("way",)),),
        care_services=(service("s", "flow:f", degraded=Degraded(capacity=0.5, hours=4.0), restore_hours=0.0),),
    )
    found = plan(place_, replace(SURE, seal_hours=12.0))
    first, cut = found.alternatives
    assert (first.name, first.neighbour, first.minutes, first.outages) == ("optimal", None, 0.0, ())
    assert (cut.name, cut.neighbour, cut.minutes) == ("total-cut", "optimal", 3.0)
    assert [(each.service, each.degraded_hours, each.stopped_hours) for each in cut.outages] == [("s", 4.0, 8.0)]


def test_doors_that_stop_what_few_scenarios_show_are_listed_first():
    rare = SpreadProbabilities(open=0.02, lifeline=0.0, closed=0.0)
    names = [f"z{number}" for number in range(40)]
    place_ = hospital(
        zones=(zone("office"), *(zone(name, 1_000_000) for name in names)),
        conduits=tuple(conduit(name, "office", name, enforced_by=FIREWALL, spread=rare) for name in names),
    )
    found = plan(place_, replace(SURE, scenarios=5))
    first, second = found.alternatives[:2]
    assert (first.name, second.name) == ("robust", "optimal")
    assert first.fresh_records == 0.0 < second.fresh_records
    assert found.refinement.scenarios > 5


def test_when_time_is_short_fewer_choices_are_weighed_and_it_is_said():
    place_, parameters = random_hospital(23)
    ticks = count()
    found = plan(place_, replace(parameters, time_limit_seconds=12.0), clock=lambda: float(next(ticks)))
    assert found.alternatives == ()
    assert "no time" in str(found.few_choices)
