"""First passage through a graph whose arcs are crossed at random times: the loop that everything else waits for.

One hash per (seed, run, arc) gives each arc its luck, so every set of doors meets the same intruders, a run can be
made again alone, and the order in which runs are made does not matter.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.compiled import compiled

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Runs: TypeAlias = NDArray[np.int64]
Slips: TypeAlias = NDArray[np.int32]

NOBODY = -1
"""In place of an arc: the node had fallen from the start, or never falls."""

OPENED, INVERSE, LATER, CLOSING = range(4)
"""Rows of `arcs` in `first_passage`."""

NODE, AFTER = range(2)
"""Columns of a slip: who waits in a bucket, and the next slip there."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

_GRAIN = np.float32(2.0**-24)
_ROOT_HALF = np.int32(0x3F3504F3)
"""Bits of the square root of a half."""


@compiled("uint64(uint64, int64)")
def _key(seed: np.uint64, run: int) -> np.uint64:
    """Make the key of one run (SplitMix64's finalizer: Steele, Lea & Flood 2014)."""
    word = seed * _GOLDEN + np.uint64(run + 1) * _FIRST
    word ^= word >> np.uint64(30)
    word *= _FIRST
    word ^= word >> np.uint64(27)
    word *= _SECOND
    return word ^ (word >> np.uint64(31))


@compiled("uint32(uint32, uint32, uint32)")
def _scatter(place: np.uint32, high: np.uint32, low: np.uint32) -> np.uint32:
    """Scatter a place under both halves of a key: two 32-bit finalizers with the constants of least known bias.

    Source: Wellons 2018, "Prospecting for hash functions". Words of 32 bits, which processors scatter eight at a time.
    """
    word = np.uint32(place ^ high)
    word = np.uint32(word ^ (word >> np.uint32(16)))
    word = np.uint32(word * np.uint32(0x7FEB352D))
    word = np.uint32(word ^ (word >> np.uint32(15)))
    word = np.uint32(word * np.uint32(0x846CA68B))
    word = np.uint32(word ^ (word >> np.uint32(16)))
    word = np.uint32(word + low)
    word = np.uint32(word ^ (word >> np.uint32(16)))
    word = np.uint32(word * np.uint32(0x21F0AAAD))
    word = np.uint32(word ^ (word >> np.uint32(15)))
    word = np.uint32(word * np.uint32(0xD35A2D97))
    return np.uint32(word ^ (word >> np.uint32(15)))


@compiled("void(uint64, float32[::1], int32[::1], float32[::1])")
def _draw(key: np.uint64, work: Floats, work_bits: Ints, drawn: Floats) -> None:
    """Fill `drawn` with unit exponentials, one a place, by inversion; in three loops without a branch, for speed.

    Args:
        key: of the run.
        work: scratch as long as `drawn`.
        work_bits: the same memory, as integers.
        drawn: filled; multiples of nothing, from 3e-8 to 17.3.

    Source: the logarithm's polynomial is that of Cephes (Moshier 1989), to the last bit or two of 24.
    """
    high, low = np.uint32(key >> np.uint64(32)), np.uint32(key & np.uint64(0xFFFFFFFF))
    for place in range(drawn.size):
        word = _scatter(np.uint32(place), high, low)
        work[place] = np.float32(np.int32(word >> np.uint32(8))) * _GRAIN + np.float32(0.5) * _GRAIN
    for place in range(drawn.size):
        bits = work_bits[place] - _ROOT_HALF
        drawn[place] = np.float32(np.int32(bits >> np.int32(23)))
        work_bits[place] = np.int32((bits & np.int32(0x7FFFFF)) + _ROOT_HALF)
    for place in range(drawn.size):
        part, power = work[place] - np.float32(1.0), drawn[place]
        square = part * part
        found = np.float32(7.0376836292e-2)
        found = found * part + np.float32(-1.1514610310e-1)
        found = found * part + np.float32(1.1676998740e-1)
        found = found * part + np.float32(-1.2420140846e-1)
        found = found * part + np.float32(1.4249322787e-1)
        found = found * part + np.float32(-1.6668057665e-1)
        found = found * part + np.float32(2.0000714765e-1)
        found = found * part + np.float32(-2.4999993993e-1)
        found = found * part + np.float32(3.3333331174e-1)
        found = found * part * square + power * np.float32(-2.12194440e-4) - np.float32(0.5) * square
        drawn[place] = -(part + found + power * np.float32(0.693359375))


@compiled("float32[::1](uint64, int64, int64)")
def luck(seed: int, run: int, places: int) -> Floats:
    """Give the unit exponentials of one run, (places,): what `first_passage` draws for arcs, then nodes."""
    work, drawn = np.empty(places, np.float32), np.empty(places, np.float32)
    _draw(_key(np.uint64(seed), run), work, work.view(np.int32), drawn)
    return drawn


@compiled("int32[:, ::1](int32[:, ::1])")
def _longer(slips: Slips) -> Slips:
    """Give twice the room."""
    longer = np.empty((2 * len(slips), 2), np.int32)
    longer[: len(slips)] = slips
    return longer


@compiled("float32(float32, float32, float32, float32, float32)")
def _turned(since: float, endurance: float, opened: float, later: float, closing: float) -> float:
    """Cross an arc after its rate has changed, or one that is not a matter of time."""
    if closing < 0.0:
        return since if endurance < later else np.inf
    turn = max(since, closing)
    return turn + (endurance - (turn - since) * opened) * later


@compiled(
    "void(int32[::1], int32[::1], int32[::1], float32[:, ::1], float32[::1], uint64, int64[::1], float64, "
    "float32[:, ::1], int32[:, ::1])"
)
def first_passage(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one loop: calls cost, and take arrays one by one
    firsts: Ints,
    targets: Ints,
    labels: Ints,
    arcs: Floats,
    doubt: Floats,
    seed: int,
    runs: Runs,
    horizon: float,
    falls: Floats,
    through: Ints,
) -> None:
    """Follow the intruder in time, run after run, into `falls` and `through`.

    An arc is crossed when the hazard that it has shown since its first node fell reaches a unit exponential E: with
    rate λ until `CLOSING`, then with its later rate, E is inverted piece by piece, exactly. An arc that is not a
    matter of time is crossed at once when E is below its threshold, else never.

    Args:
        firsts: (Z + 1,) where each node's arcs begin.
        targets: (C,) nodes, arcs sorted by first node.
        labels: (C,) what each arc is called in `through`.
        arcs: (4, C): `OPENED`, rate per hour until `CLOSING`; `INVERSE`, 1 / that, 0 when time does not matter;
            `LATER`, 1 / rate from `CLOSING` on, no higher than the first, or the threshold when time does not
            matter; `CLOSING`, the hour of the change, infinite when there is none, below 0 when time does not matter.
        doubt: (Z,) a node has fallen from the start when its exponential, of place C + z, is below this.
        seed: 0 or more.
        runs: (N,) numbers of the runs to make.
        horizon: hours, above 0.
        falls: (N, Z) filled: hours in [0, horizon], infinite where the node does not fall. 24-bit mantissa: exact
            to a hundredth of a second in a day.
        through: (N, Z) filled: the arc by which the node fell, or `NOBODY`.

    Source: first passage as shortest path, buckets of equal width with label correcting inside a bucket (Denardo &
    Fox 1979). A node that falls sooner than was thought leaves its older slip in the later bucket, where it is passed
    over: cheaper than to take it out. Of a node's arcs, those that hurry nobody are sifted out first, without a branch:
    which they are cannot be foreseen, and processors lose more time on a wrong guess than on the sum.
    """
    nodes, count = firsts.size - 1, targets.size
    buckets = max(64, min(4096, nodes // 20))
    scale, last = np.float32(buckets / horizon), np.float32(horizon)
    never = np.nextafter(last, np.float32(np.inf))
    opened, inverse, later, closing = arcs[OPENED], arcs[INVERSE], arcs[LATER], arcs[CLOSING]
    steady = closing.size == 0 or closing.min() == np.inf
    heads = np.full(buckets + 1, NOBODY, np.int32)
    slips = np.empty((2 * nodes + 1, 2), np.int32)
    followed, batch = np.empty(nodes, np.bool_), np.empty(nodes, np.int32)
    useful = np.empty(count + 1, np.int32)
    work, endurance = np.empty(count + nodes, np.float32), np.empty(count + nodes, np.float32)
    for row in range(runs.size):
        fall, way = falls[row], through[row]
        fall[:], way[:], followed[:] = never, NOBODY, True
        _draw(_key(np.uint64(seed), runs[row]), work, work.view(np.int32), endurance)
        used = 0
        for node in range(nodes):
            if endurance[count + node] < doubt[node]:
                fall[node], followed[node] = 0.0, False
                slips[used, NODE], slips[used, AFTER] = node, heads[0]
                heads[0] = used
                used += 1
        for arc in range(count):
            work[arc] = endurance[arc] * inverse[arc]
        for bucket in range(buckets + 1):
            while heads[bucket] >= 0:
                held, slip = 0, heads[bucket]
                heads[bucket] = NOBODY
                while slip >= 0:
                    node = slips[slip, NODE]
                    batch[held] = node
                    held += not followed[node]
                    followed[node] = True
                    slip = slips[slip, AFTER]
                for place in range(held):
                    node = batch[place]
                    since, found = fall[node], 0
                    for arc in range(firsts[node], firsts[node + 1]):
                        useful[found] = arc
                        found += since + work[arc] < fall[targets[arc]]
                    for each in range(found):
                        arc = useful[each]
                        target, moment = targets[arc], since + work[arc]
                        if not steady and moment > closing[arc]:
                            moment = _turned(since, endurance[arc], opened[arc], later[arc], closing[arc])
                        if moment < fall[target]:
                            fall[target], way[target], followed[target] = moment, arc, False
                            if used == len(slips):
                                slips = _longer(slips)
                            new = int(moment * scale)
                            slips[used, NODE], slips[used, AFTER] = target, heads[new]
                            heads[new] = used
                            used += 1
        for node in range(nodes):
            if fall[node] == never:
                fall[node] = np.inf
            elif way[node] >= 0:
                way[node] = labels[way[node]]
