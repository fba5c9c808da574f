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
_UNIT = 1.0 / 9007199254740992.0

_TAIL = 7.69711747013104972
_AREA = 0.0039496598225815571993


def _layers() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Lay out the 256 layers of equal area under exp(-x): edges, heights there, and edge over edge."""
    edges = np.zeros(257)
    edges[0], edges[1] = _AREA * np.exp(_TAIL), _TAIL
    for layer in range(2, 256):
        edges[layer] = -np.log(_AREA / edges[layer - 1] + np.exp(-edges[layer - 1]))
    return edges, np.exp(-edges), np.append(edges[1:] / edges[:-1], 0.0)


_EDGES, _HEIGHTS, _INSIDE = _layers()


@compiled("uint64(uint64)")
def mix(word: np.uint64) -> np.uint64:
    """Scatter the bits of a word (SplitMix64's finalizer: Steele, Lea & Flood 2014)."""
    word ^= word >> np.uint64(30)
    word *= _FIRST
    word ^= word >> np.uint64(27)
    word *= _SECOND
    return word ^ (word >> np.uint64(31))


@compiled("float64(uint64)")
def exponential(word: np.uint64) -> float:
    """Turn a scattered word into a unit exponential (ziggurat: Marsaglia & Tsang 2000; 98.9 % take one look)."""
    below = 0.0
    while True:
        layer = np.int64(word & np.uint64(255))
        share = float(word >> np.uint64(11)) * _UNIT
        found = share * _EDGES[layer]
        if share < _INSIDE[layer]:
            break
        word = mix(word + _GOLDEN)
        if layer == 0:
            below += _TAIL
        else:
            height = float(word >> np.uint64(11)) * _UNIT
            if _HEIGHTS[layer] + height * (_HEIGHTS[layer + 1] - _HEIGHTS[layer]) < np.exp(-found):
                break
            word = mix(word + _GOLDEN)
    return float(below + found)


@compiled("float64[::1](uint64, int64, int64)")
def luck(seed: int, run: int, places: int) -> NDArray[np.float64]:
    """Give the unit exponentials of one run, (places,): what `first_passage` draws for each place of an arc."""
    key = mix(np.uint64(seed) * _GOLDEN + np.uint64(run + 1) * _FIRST)
    drawn = np.empty(places)
    for place in range(places):
        drawn[place] = exponential(mix(key + np.uint64(place) * _GOLDEN))
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


@compiled("void(int32[::1], int32[:, ::1], uint64, int64, float32[::1], float32[::1])")
def _start(heads: Ints, stands: Ints, key: np.uint64, arcs: int, doubt: Floats, fall: Floats) -> None:  # noqa: PLR0917 - as below
    """Let the nodes that had fallen before the run begins stand in the first bucket."""
    for node in range(doubt.size):
        if doubt[node] > 0.0 and exponential(mix(key + np.uint64(arcs + node) * _GOLDEN)) < doubt[node]:
            fall[node] = 0.0
            _put(heads, stands, 0, node)


@compiled("float64(float64, float64, float64, float64, float64)")
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
def first_passage(  # noqa: PLR0917 - compiled code takes its arrays one by one
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
        arcs: (C, 4): `OPENED`, rate per hour until `CLOSING`, 0 or more; `INVERSE`, 1 / that; `LATER`, 1 / rate
            from `CLOSING` on, or the threshold of an arc that is not a matter of time; `CLOSING`, the hour at which
            the rate changes, infinite when it does not, below 0 when time does not matter.
        doubt: (Z,) a node has fallen from the start when the exponential of place C + z is below this.
        seed: 0 or more.
        runs: (N,) numbers of the runs to make.
        horizon: hours, above 0.
        falls: (N, Z) filled: hours in [0, horizon], infinite where the node does not fall. 24-bit mantissa: exact
            to a hundredth of a second in a day.
        through: (N, Z) filled: the arc by which the node fell, or `NOBODY`.

    Source: first passage as shortest path, buckets of equal width with label correcting inside a bucket (Denardo &
    Fox 1979). A node stands in one bucket at most: memory is O(Z) a thread. O(arcs out of the fallen) a run.
    """
    nodes = firsts.size - 1
    buckets = max(64, min(4096, nodes // 8))
    scale = buckets / horizon
    heads = np.full(buckets + 1, NOBODY, np.int32)
    stands = np.full((nodes, 3), NOBODY, np.int32)
    for row in range(runs.size):
        key = mix(np.uint64(seed) * _GOLDEN + np.uint64(runs[row] + 1) * _FIRST)
        fall, way = falls[row], through[row]
        fall[:], way[:] = np.inf, NOBODY
        _start(heads, stands, key, targets.size, doubt, fall)
        for bucket in range(buckets + 1):
            while heads[bucket] >= 0:
                node = heads[bucket]
                _take(heads, stands, node)
                since = fall[node]
                for arc in range(firsts[node], firsts[node + 1]):
                    target = targets[arc]
                    if fall[target] <= since:
                        continue
                    endurance = exponential(mix(key + np.uint64(arc) * _GOLDEN))
                    moment = since + endurance * arcs[arc, INVERSE]
                    if moment > arcs[arc, CLOSING]:
                        moment = _turned(since, endurance, arcs[arc, OPENED], arcs[arc, LATER], arcs[arc, CLOSING])
                    # Narrowed before it is compared, or a node could fall before the one that it fell from.
                    reached = max(np.float32(moment), since)
                    if reached < fall[target] and reached <= horizon:
                        fall[target], way[target] = reached, arc
                        new = int(reached * scale)
                        if stands[target, BUCKET] != new:
                            if stands[target, BUCKET] >= 0:
                                _take(heads, stands, target)
                            _put(heads, stands, new, target)
