import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import FIREWALL, conduit, hospital, random_hospital, zone

from cloison.model.hospital import ConduitId, Level, SpreadProbabilities, SpreadRates, ZoneId
from cloison.model.plan import PlanParameters
from cloison.spread.scenarios import conduit_graph, draw, level_columns, reach
from cloison.spread.simulation import Simulation, affordable_runs, who_falls

RUNS = 20_000


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


@pytest.mark.parametrize(("conduits", "runs"), [(0, 400), (1_500, 400), (10_000, 200), (100_000, 100)])
def test_larger_maps_are_given_fewer_runs(conduits, runs):
    way = conduit("a>b", "a", "b")
    assert affordable_runs(hospital(zones=(zone("a"), zone("b")), conduits=(way,) * conduits)) == runs


def test_nobody_crosses_a_closed_passage_once_its_door_has_moved():
    place = two_zones(spread_per_hour=SpreadRates(open=5.0, lifeline=0.0), close_minutes=60.0)
    falls = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=500, seed=0).falls({ConduitId("a>b"): Level.CLOSED})
    assert falls[np.isfinite(falls)].max() <= 1.0


def test_a_spread_table_is_crossed_at_once_or_never():
    place = two_zones(spread=SpreadProbabilities(open=0.5, lifeline=0.0, closed=0.0))
    fall = who_falls(place, Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=RUNS, seed=0).falls({}))[1]
    assert fall.probability == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / RUNS))
    assert fall.median_hours == 0.0


def test_what_never_falls_has_no_hour():
    place = two_zones(spread_per_hour=SpreadRates(open=0.0, lifeline=0.0))
    falls = Simulation(place, {ZoneId("a"): 1.0}, 10.0, runs=10, seed=0).falls({})
    assert [(fall.probability, fall.median_hours) for fall in who_falls(place, falls)] == [(1.0, 0.0), (0.0, None)]


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
    assert (simulation.falls({}) <= simulation.falls(softer) + 1e-9).all()
    assert (simulation.falls(softer) <= simulation.falls(shut) + 1e-9).all()
