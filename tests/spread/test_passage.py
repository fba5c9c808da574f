"""The kernel against closed forms, and against two slow implementations that share nothing with it."""

import math
import random
from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.spread.passage import NOBODY, first_passage, luck

NEVER = math.inf


def passages(nodes, arcs, *, runs=1, seed=0, horizon=1e6, doubt=None):
    """Run the kernel over (from, to, rate, closing, later rate) sorted by from; node 0 has fallen."""
    assert arcs == sorted(arcs, key=lambda arc: arc[0])
    f32 = np.float32
    opened = np.array([arc[2] for arc in arcs], dtype=f32)
    with np.errstate(divide="ignore"):
        later = np.array([arc[4] if arc[3] < 0 else np.divide(1.0, arc[4]) for arc in arcs], dtype=f32)
        inverse = np.array([0.0 if arc[3] < 0 else np.divide(1.0, arc[2]) for arc in arcs], dtype=f32)
    falls, through = np.empty((runs, nodes), dtype=f32), np.empty((runs, nodes), dtype=np.int32)
    starts = np.array([NEVER] + [0.0] * (nodes - 1) if doubt is None else doubt, dtype=f32)
    first_passage(
        np.searchsorted([arc[0] for arc in arcs], range(nodes + 1)).astype(np.int32),
        np.array([arc[1] for arc in arcs], dtype=np.int32),
        np.arange(len(arcs), dtype=np.int32),
        np.stack([opened, inverse, later, np.array([arc[3] for arc in arcs], dtype=f32)]),
        starts,
        seed,
        np.arange(runs),
        horizon,
        falls,
        through,
    )
    return falls, through


def steady(from_, to, rate):
    return (from_, to, rate, NEVER, rate)


def near(values, mean, variance):
    """Tell whether a sample's mean is within four of its standard errors."""
    return abs(values.mean() - mean) < 4 * math.sqrt(variance / len(values))


def test_luck_is_exponential():
    drawn = np.sort(np.concatenate([luck(5, run, 2_000) for run in range(50)]))
    steps = np.arange(1, len(drawn) + 1) / len(drawn)
    # Kolmogorov: 1.95 / sqrt(n) is passed once in a thousand.
    assert np.abs(1 - np.exp(-drawn) - steps).max() < 1.95 / math.sqrt(len(drawn))
    assert drawn[-1] > 9.0
    assert drawn[0] < 2e-4
    assert luck(5, 0, 2_000)[:10].tolist() == luck(5, 0, 10).tolist()


def test_neighbouring_seeds_runs_and_places_have_nothing_in_common():
    cube = np.array([[luck(seed, run, 300) for run in range(30)] for seed in range(4)])
    for one, other in ((cube[:, :, 1:], cube[:, :, :-1]), (cube[:, 1:], cube[:, :-1]), (cube[1:], cube[:-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4 / math.sqrt(one.size)


def test_luck_is_minus_the_logarithm_of_a_uniform_to_the_last_bits():
    uniforms = np.exp(-np.concatenate([luck(9, run, 4_000) for run in range(5)]).astype(np.float64))
    grains = uniforms * 2**24 - 0.5
    # Each uniform is a whole number of grains and a half: what is left is the logarithm's own error.
    assert np.abs(grains - np.round(grains)).max() < 4.0
    small = uniforms < 2**-8
    assert np.abs(grains - np.round(grains))[small].max() < 0.05
    assert len(np.unique(luck(9, 0, 4_000))) > 3_990


def test_two_nodes_are_an_exponential():
    falls, through = passages(2, [steady(0, 1, 0.25)], runs=20_000)
    assert near(falls[:, 1].astype(float), 4.0, 16.0)
    assert near((falls[:, 1] > 4.0).astype(float), math.exp(-1), 0.25)
    assert (through == [NOBODY, 0]).all()


def test_a_chain_is_hypoexponential():
    rates = (0.5, 1.0, 2.0, 4.0)
    falls, _ = passages(5, [steady(place, place + 1, rate) for place, rate in enumerate(rates)], runs=20_000)
    arrival = falls[:, 4].astype(float)
    assert near(arrival, sum(1 / rate for rate in rates), sum(rate**-2 for rate in rates))
    moment = 3.0
    beyond = sum(
        math.exp(-rate * moment) * math.prod(other / (other - rate) for other in rates if other != rate)
        for rate in rates
    )
    assert near((arrival > moment).astype(float), beyond, 0.25)


def test_a_complete_graph_is_full_when_the_yule_furry_process_says():
    nodes, rate = 30, 0.1
    arcs = [steady(a, b, rate) for a in range(nodes) for b in range(nodes) if a != b]
    falls, _ = passages(nodes, arcs, runs=4_000)
    # With k fallen, the next falls at rate k (n - k) times that of one arc.
    waits = [1 / (rate * k * (nodes - k)) for k in range(1, nodes)]
    assert near(falls.max(axis=1).astype(float), sum(waits), sum(wait**2 for wait in waits))


@pytest.mark.parametrize(("closing", "later"), [(1.5, 0.1), (1.5, 0.0), (0.0, 0.3), (NEVER, 0.5)])
def test_a_rate_that_changes_is_inverted_exactly(closing, later):
    falls, _ = passages(2, [(0, 1, 0.5, closing, later)], runs=20_000)
    arrival = falls[:, 1].astype(float)
    for moment in (0.5, 1.5, 4.0):
        hazard = 0.5 * min(moment, closing) + later * max(0.0, moment - closing)
        assert near((arrival > moment).astype(float), math.exp(-hazard), 0.25)


def test_doubt_is_the_chance_of_having_fallen_from_the_start():
    falls, _ = passages(2, [], runs=20_000, doubt=[-math.log1p(-0.3), 0.0])
    assert near((falls[:, 0] == 0.0).astype(float), 0.3, 0.21)
    assert np.isinf(falls[:, 1]).all()


def test_nobody_is_nowhere():
    falls, through = passages(0, [], doubt=[])
    assert falls.shape == through.shape == (1, 0)


def arcs_of(dice, nodes):
    arcs = []
    for _ in range(dice.randint(0, 4 * nodes)):
        rate, closing = dice.choice([0.0, 0.05, 0.3, 3.0]), dice.choice([NEVER, 0.0, 1.0, 5.0, -1.0])
        share = dice.choice([0.0, 0.3, 1.0])
        later = share if closing < 0.0 else rate * share
        arcs.append((dice.randrange(nodes), dice.randrange(nodes), rate, closing, later))
    return sorted(arcs, key=lambda arc: arc[0])


def by_dijkstra(nodes, arcs, endurance, horizon):
    """Cross with the same luck, over a heap, in double precision."""
    fallen, heap = {}, [(0.0, 0)]
    while heap:
        since, node = heappop(heap)
        if node in fallen:
            continue
        fallen[node] = since
        for place, (from_, to, rate, closing, later) in enumerate(arcs):
            if from_ != node:
                continue
            left = endurance[place]
            if closing < 0.0:
                moment = since if left < later else NEVER
            else:
                before = max(0.0, closing - since) if rate else 0.0
                if left <= before * rate:
                    moment = since + left / rate
                else:
                    moment = max(since, closing) + (left - before * rate) / later if later else NEVER
            if moment <= horizon:
                heappush(heap, (moment, to))
    return [fallen.get(node, NEVER) for node in range(nodes)]


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), nodes=st.integers(1, 12), horizon=st.sampled_from([0.5, 6.0, 1e5]))
def test_the_kernel_finds_what_a_heap_finds_with_the_same_luck(seed, nodes, horizon):
    arcs = arcs_of(random.Random(seed), nodes)
    falls, _ = passages(nodes, arcs, runs=3, seed=seed, horizon=horizon)
    for run in range(3):
        slow = by_dijkstra(nodes, arcs, luck(seed, run, len(arcs)).tolist(), horizon)
        assert falls[run].tolist() == pytest.approx(slow, rel=1e-5, abs=1e-6)


def by_gillespie(dice, nodes, rates, horizon):
    """Play one history event by event, with dice of its own."""
    fallen, now = {0: 0.0}, 0.0
    while True:
        open_ = [(to, rate) for (from_, to), rate in rates.items() if from_ in fallen and to not in fallen]
        total = sum(rate for _, rate in open_)
        now += dice.expovariate(total) if total else NEVER
        if now > horizon:
            return [fallen.get(node, NEVER) for node in range(nodes)]
        fallen[dice.choices([to for to, _ in open_], [rate for _, rate in open_])[0]] = now


def test_the_kernel_agrees_with_a_history_played_event_by_event():
    dice = random.Random(7)
    nodes, horizon, runs = 8, 3.0, 4_000
    rates = {(a, b): dice.choice([0.1, 0.4, 1.0]) for a in range(nodes) for b in range(nodes) if dice.random() < 0.35}
    arcs = [steady(from_, to, rate) for (from_, to), rate in sorted(rates.items())]
    falls, _ = passages(nodes, arcs, runs=runs, horizon=horizon)
    slow = np.array([by_gillespie(dice, nodes, rates, horizon) for _ in range(runs)])
    for mine, its in zip(falls.T, slow.T, strict=True):
        share = np.isfinite(its).mean()
        assert abs(np.isfinite(mine).mean() - share) <= 4 * math.sqrt(2 * share * (1 - share) / runs)
        if share > 0.2:
            reached = [each[np.isfinite(each)].astype(float) for each in (mine, its)]
            error = math.sqrt(sum(each.var() / len(each) for each in reached))
            assert abs(reached[0].mean() - reached[1].mean()) <= 4 * error


def test_more_nodes_than_buckets_and_arcs_that_come_back_lose_nothing():
    dice = random.Random(1)
    nodes = 600
    arcs = sorted(
        (
            (dice.randrange(nodes), dice.randrange(nodes), dice.choice([1e-4, 0.1, 50.0]), NEVER, 1.0)
            for _ in range(3_000)
        ),
        key=lambda arc: arc[0],
    )
    falls, _ = passages(nodes, arcs, seed=2, horizon=500.0)
    ways = {}
    for place, arc in enumerate(arcs):
        ways.setdefault(arc[0], []).append((arc[1], arc[2], place))
    endurance, fallen, heap = luck(2, 0, len(arcs)), {}, [(0.0, 0)]
    while heap:
        since, node = heappop(heap)
        if node not in fallen:
            fallen[node] = since
            for to, rate, place in ways.get(node, ()):
                heappush(heap, (since + endurance[place] / rate, to))
    slow = [fallen[node] if fallen.get(node, NEVER) <= 500.0 else NEVER for node in range(nodes)]
    assert falls[0].tolist() == pytest.approx(slow, rel=1e-5)
