from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import random_hospital

from cloison.model.hospital import ConduitId, Level
from cloison.spread.scenarios import ConduitGraph, Flood, conduit_graph, draw, level_columns, reach


@given(seed=st.integers(0, 10_000))
def test_what_carries_when_shut_further_carries_when_less_shut(seed):
    place, parameters = random_hospital(seed)
    carries = draw(place, parameters).carries
    assert not (carries[:, :, 1] & ~carries[:, :, 0]).any()
    assert not (carries[:, :, 2] & ~carries[:, :, 1]).any()


@given(seed=st.integers(0, 10_000))
def test_the_first_scenarios_stay_when_more_are_asked(seed):
    place, parameters = random_hospital(seed)
    few, many = draw(place, parameters), draw(place, replace(parameters, scenarios=parameters.scenarios + 5))
    assert np.array_equal(few.starts, many.starts[: parameters.scenarios])
    assert np.array_equal(few.carries, many.carries[: parameters.scenarios])


def test_each_scenario_draws_its_zones_then_its_conduits_in_the_maps_order():
    place, parameters = random_hospital(3)
    zones = len(place.zones)
    uniforms = np.random.default_rng(parameters.seed).random((parameters.scenarios, zones + len(place.conduits)))
    suspicion = dict(parameters.suspicion)
    thresholds = np.array([suspicion.get(zone.id, 0.0) for zone in place.zones])
    assert np.array_equal(draw(place, parameters).starts, uniforms[:, :zones] < thresholds)


@settings(deadline=None)
@given(data=st.data(), zones=st.integers(1, 8), conduits=st.integers(0, 20), scenarios=st.integers(1, 130))
def test_reach_is_what_walking_finds(data, zones, conduits, scenarios):
    stream = np.random.default_rng(data.draw(st.integers(0, 1_000)))
    ends = stream.integers(0, zones, size=(2, conduits)).astype(np.intp)
    graph = ConduitGraph(zones=zones, from_=ends[0], to=ends[1])
    starts, carrying = stream.random((scenarios, zones)) < 0.2, stream.random((scenarios, conduits)) < 0.5
    reached = reach(graph, starts, carrying)
    for scenario in range(scenarios):
        walked = set(np.flatnonzero(starts[scenario]).tolist())
        for _ in range(zones):
            walked |= {
                to
                for from_, to, open_ in zip(*ends.tolist(), carrying[scenario], strict=True)
                if open_ and from_ in walked
            }
        assert set(np.flatnonzero(reached[scenario]).tolist()) == walked


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_conduit_that_stops_the_attack_lets_somebody_else_fall_once_open(seed):
    place, parameters = random_hospital(seed)
    flood = Flood(conduit_graph(place), draw(place, parameters))
    levels = np.random.default_rng(seed).integers(0, 3, len(place.conduits)).astype(np.int8)
    before, stopping = flood.reached(levels), flood.stopping(levels)
    for number in range(len(levels)):
        opened = np.where(np.arange(len(levels)) == number, np.int8(0), levels)
        assert np.array_equal(flood.reached(opened), before) != stopping[number]


def test_levels_left_out_are_open():
    place, _ = random_hospital(3)
    first = place.conduits[0].id
    assert level_columns(place, {first: Level.CLOSED}).tolist() == [2] + [0] * (len(place.conduits) - 1)
    assert level_columns(place, {ConduitId("elsewhere"): Level.CLOSED}).tolist() == [0] * len(place.conduits)


def test_turning_the_graph_round_swaps_its_ends():
    graph = conduit_graph(random_hospital(3)[0])
    assert np.array_equal(graph.reversed().from_, graph.to)
    assert np.array_equal(graph.reversed().to, graph.from_)
