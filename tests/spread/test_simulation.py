import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import FIREWALL, conduit, hospital, random_hospital, zone

from cloison.model.hospital import ConduitId, Level, SpreadProbabilities, SpreadRates, ZoneId
from cloison.model.plan import PlanParameters
from cloison.spread.outlook import outlook
from cloison.spread.passage import NOBODY
from cloison.spread.scenarios import conduit_graph, draw, level_columns, reach
from cloison.spread.simulation import Simulation, affordable_runs

RUNS = 20_000
TICK = 1e-5
"""Hours: the rounding of the kept moments."""


def two_zones(**parts):
    return hospital(zones=(zone("a"), zone("b")), conduits=(conduit("a>b", "a", "b", enforced_by=FIREWALL, **parts),))


@pytest.mark.parametrize(
    ("level", "hazard"), [(Level.OPEN, 0.1 * 10), (Level.LIFELINE, 0.1 * 2 + 0.02 * 8), (Level.CLOSED, 0.1 * 2)]
)
def test_two_zones_fall_as_the_closed_form_says(level, hazard):
    place = two_zones(spread_per_hour=SpreadRates(open=0.1, lifeline=0.02), close_minutes=120.0)
    falls = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=RUNS, seed=0).falls({ConduitId("a>b"): level})
    expected = 1 - math.exp(-hazard)
    error = math.sqrt(expected * (1 - expected) / RUNS)
    assert abs(np.isfinite(falls[:, 1]).mean() - expected) < 4 * error
    assert (falls[np.isfinite(falls)] <= 10.0).all()


@pytest.mark.parametrize(("conduits", "runs"), [(0, 400), (1_500, 400), (10_000, 400), (100_000, 200)])
def test_larger_maps_are_given_fewer_runs(conduits, runs):
    way = conduit("a>b", "a", "b")
    assert affordable_runs(hospital(zones=(zone("a"), zone("b")), conduits=(way,) * conduits)) == runs


def test_nobody_crosses_a_closed_passage_once_its_door_has_moved():
    place = two_zones(spread_per_hour=SpreadRates(open=5.0, lifeline=0.0), close_minutes=60.0)
    falls = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=500, seed=0).falls({ConduitId("a>b"): Level.CLOSED})
    assert falls[np.isfinite(falls)].max() <= 1.0


def test_a_spread_table_is_crossed_at_once_or_never():
    place = two_zones(spread=SpreadProbabilities(open=0.5, lifeline=0.0, closed=0.0))
    fall = outlook("ab", Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=RUNS, seed=0).falls({}))[1]
    assert fall.probability == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / RUNS))
    assert fall.hours == (0.0, 0.0, 0.0)


def test_what_a_person_rates_at_0_never_falls():
    place = two_zones(spread_per_hour=SpreadRates(open=0.0, lifeline=0.0))
    falls = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=10, seed=0).falls({})
    assert falls.tolist() == [[0.0, math.inf]] * 10


def test_the_simulation_agrees_with_the_scenarios_where_both_see_the_same():
    zones = tuple(zone(name) for name in "abcd")
    table = SpreadProbabilities(open=0.6, lifeline=0.3, closed=0.1)
    place = hospital(
        zones=zones,
        conduits=tuple(conduit(way, way[0], way[1], spread=table) for way in ("ab", "bc", "ac", "cd", "db")),
    )
    suspicion = ((ZoneId("a"), 0.7), (ZoneId("d"), 0.2))
    levels = {ConduitId("ab"): Level.CLOSED, ConduitId("cd"): Level.LIFELINE}
    drawn = draw(place, PlanParameters(suspicion=suspicion, scenarios=RUNS, seed=0))
    by_scenario = reach(conduit_graph(place), drawn.starts, drawn.carrying(level_columns(place, levels))).mean(axis=0)
    falls = Simulation(place, dict(suspicion), 24.0, runs=RUNS, seed=0).falls(levels)
    error = np.sqrt(by_scenario * (1 - by_scenario) * 2 / RUNS)
    assert (np.abs(np.isfinite(falls).mean(axis=0) - by_scenario) <= 4 * error).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_shutting_every_door_hurries_nothing(seed):
    place, parameters = random_hospital(seed)
    simulation = Simulation(place, dict(parameters.suspicion), parameters.horizon_hours, runs=20, seed=seed)
    shut = {each.id: Level.CLOSED for each in place.conduits if each.enforced_by}
    softer = {each.id: Level.LIFELINE for each in place.conduits if each.enforced_by}
    assert (simulation.falls({}) <= simulation.falls(softer) + TICK).all()
    assert (simulation.falls(softer) <= simulation.falls(shut) + TICK).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), picked=st.sets(st.integers(0, 19), min_size=1))
def test_a_run_is_the_same_whichever_others_are_made(seed, picked):
    place, parameters = random_hospital(seed)
    simulation = Simulation(place, dict(parameters.suspicion), parameters.horizon_hours, runs=20, seed=seed)
    whole, some = simulation.follow({}), simulation.follow({}, runs=np.array(sorted(picked), dtype=np.int64))
    assert np.array_equal(whole.falls[sorted(picked)], some.falls)
    assert np.array_equal(whole.through[sorted(picked)], some.through)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_a_zone_falls_through_a_passage_whose_first_zone_had_fallen(seed):
    place, parameters = random_hospital(seed)
    course = Simulation(place, dict(parameters.suspicion), parameters.horizon_hours, runs=20, seed=seed).follow({})
    graph = conduit_graph(place)
    for run, zone_ in zip(*np.nonzero(course.through != NOBODY), strict=True):
        way = course.through[run, zone_]
        assert graph.to[way] == zone_
        assert course.falls[run, graph.from_[way]] <= course.falls[run, zone_] < math.inf
    nobody = course.through == NOBODY
    assert set(course.falls[nobody].tolist()) <= {0.0, math.inf}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_a_passage_that_was_not_used_could_as_well_not_be_there(seed):
    place, parameters = random_hospital(seed)
    simulation = Simulation(place, dict(parameters.suspicion), parameters.horizon_hours, runs=20, seed=seed)
    course = simulation.follow({})
    for number, each in enumerate(place.conduits):
        idle = np.flatnonzero((course.through != number).all(axis=1))
        without = simulation.follow({each.id: Level.CLOSED}, runs=idle, at_once=True)
        if each.spread is None:
            assert np.array_equal(without.falls, course.falls[idle])


def test_many_runs_shared_out_among_threads_are_those_made_alone():
    names = [f"z{number}" for number in range(40)]
    ways = tuple(conduit(f"{a}>{b}", a, b) for a in names for b in names if a != b)
    place = hospital(zones=tuple(map(zone, names)), conduits=ways)
    simulation = Simulation(place, {ZoneId("z0"): 1.0}, 24.0, runs=1_500, seed=3)
    parts = [simulation.follow({}, runs=simulation.runs[first : first + 500]).falls for first in (0, 500, 1_000)]
    assert np.array_equal(simulation.falls({}), np.concatenate(parts))


def test_doors_that_stand_from_the_start_leave_no_time_to_cross():
    place = two_zones(spread_per_hour=SpreadRates(open=5.0, lifeline=0.0), close_minutes=60.0)
    simulation = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=100, seed=0)
    course = simulation.follow({ConduitId("a>b"): Level.CLOSED}, at_once=True)
    assert np.isinf(course.falls[:, 1]).all()
