"""First passage through a graph whose arcs are crossed at random times: the loop that everything else waits for.

One hash per (seed, run, arc) gives each arc its luck, so every set of doors meets the same intruders, a run can be
made again alone, and the order in which runs are made does not matter.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.spread.compiled import compiled

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Runs: TypeAlias = NDArray[np.int64]

NOBODY = -1
"""In place of an arc: the node had fallen from the start, or never falls."""

OPENED, INVERSE, LATER, CLOSING = range(4)
"""Columns of `arcs` in `first_passage`."""

BEFORE, AFTER, BUCKET = range(3)
"""Where a node stands among those of its bucket."""

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


@compiled("void(int32[::1], int32[:, ::1], int64, int64)")
def _put(heads: Ints, stands: Ints, bucket: int, node: int) -> None:
    """Put a node first in a bucket."""
    head = heads[bucket]
    stands[node, AFTER], stands[node, BEFORE], stands[node, BUCKET] = head, NOBODY, bucket
    if head >= 0:
        stands[head, BEFORE] = node
    heads[bucket] = node


@compiled("void(int32[::1], int32[:, ::1], int64)")
def _take(heads: Ints, stands: Ints, node: int) -> None:
    """Take a node out of its bucket."""
    before, after = stands[node, BEFORE], stands[node, AFTER]
    if before >= 0:
        stands[before, AFTER] = after
    else:
        heads[stands[node, BUCKET]] = after
    if after >= 0:
        stands[after, BEFORE] = before
    stands[node, BUCKET] = NOBODY


@compiled("void(int32[::1], int32[:, ::1], float32[::1], float32[::1], float32[::1])")
def _start(heads: Ints, stands: Ints, endurance: Floats, doubt: Floats, fall: Floats) -> None:
    """Let the nodes that had fallen before the run begins stand in the first bucket."""
    for node in range(doubt.size):
        if endurance[node] < doubt[node]:
            fall[node] = 0.0
            _put(heads, stands, 0, node)


@compiled("float32(float32, float32, float32, float32, float32)")
def _turned(since: float, endurance: float, opened: float, later: float, closing: float) -> float:
    """Cross an arc after its rate has changed, or one that is not a matter of time."""
    if closing < 0.0:
        return since if endurance < later else np.inf
    turn = max(since, closing)
    return turn + (endurance - (turn - since) * opened) * later


@compiled(
    "void(int32[::1], int32[::1], float32[:, ::1], float32[::1], uint64, int64[::1], float64, float32[:, ::1], "
    "int32[:, ::1])"
)
def first_passage(  # noqa: C901, PLR0917 - one loop: compiled code takes arrays one by one, and calls cost
    firsts: Ints,
    targets: Ints,
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
        arcs: (C, 4): `OPENED`, rate per hour until `CLOSING`; `INVERSE`, 1 / that, 0 when time does not matter;
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
    Fox 1979). A node stands in one bucket at most: memory is O(Z + C) a thread.
    """
    nodes, count = firsts.size - 1, targets.size
    buckets = max(64, min(4096, nodes // 8))
    scale, last = buckets / horizon, np.float32(horizon)
    heads = np.full(buckets + 1, NOBODY, np.int32)
    stands = np.full((nodes, 3), NOBODY, np.int32)
    inverse = arcs[:, INVERSE].copy()
    work, endurance = np.empty(count + nodes, np.float32), np.empty(count + nodes, np.float32)
    for row in range(runs.size):
        fall, way = falls[row], through[row]
        fall[:], way[:] = np.inf, NOBODY
        _draw(_key(np.uint64(seed), runs[row]), work, work.view(np.int32), endurance)
        _start(heads, stands, endurance[count:], doubt, fall)
        for arc in range(count):
            work[arc] = endurance[arc] * inverse[arc]
        for bucket in range(buckets + 1):
            while heads[bucket] >= 0:
                node = heads[bucket]
                _take(heads, stands, node)
                since = fall[node]
                for arc in range(firsts[node], firsts[node + 1]):
                    target, moment = targets[arc], since + work[arc]
                    if moment >= fall[target] or moment > last:
                        continue
                    if moment > arcs[arc, CLOSING]:
                        moment = _turned(since, endurance[arc], arcs[arc, OPENED], arcs[arc, LATER], arcs[arc, CLOSING])
                        if moment >= fall[target] or moment > last:
                            continue
                    fall[target], way[target] = moment, arc
                    new = int(moment * scale)
                    if stands[target, BUCKET] != new:
                        if stands[target, BUCKET] >= 0:
                            _take(heads, stands, target)
                        _put(heads, stands, new, target)
