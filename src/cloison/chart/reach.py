"""Who can reach whom, over declared passages or over those that traffic took.

Paths are not time-respecting: a hop may have been seen before the one that leads to it. An intruder is not
bound to the order of yesterday's traffic, so that is the safe side.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cloison.model.hospital import ZoneId


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A way from a zone to the next.

    Attributes:
        declared: a person said that what crosses here may.
    """

    from_: ZoneId
    to: ZoneId
    declared: bool


def shortest_ways(
    arcs: Iterable[Arc], starts: Iterable[ZoneId], *, never_through: frozenset[ZoneId] = frozenset()
) -> dict[tuple[ZoneId, bool], tuple[Arc, ...]]:
    """Find the shortest way to each zone: the shortest all declared, and the shortest with an undeclared hop.

    Args:
        arcs: of several between two zones, one of each sort is enough.
        starts: zones to begin from.
        never_through: zones that a way may start or end in, but not cross.

    Returns:
        (zone, whether some hop is undeclared) -> the hops; of equals, the first in the order of `arcs`. The
        starts themselves have the empty way. A way with an undeclared hop may cross a zone twice only
        where no shorter one exists.

    Source: breadth-first search, Moore 1959, over (zone, undeclared yet) states; O(zones + arcs).
    """
    before = _walk(_onward(arcs), starts, never_through)
    ways: dict[tuple[ZoneId, bool], tuple[Arc, ...]] = {}
    for state, (last, previous) in before.items():
        ways[state] = () if last is None or previous is None else (*ways[previous], last)
    return ways


def _onward(arcs: Iterable[Arc]) -> dict[ZoneId, list[Arc]]:
    onward: dict[ZoneId, list[Arc]] = {}
    for arc in dict.fromkeys(arcs):
        onward.setdefault(arc.from_, []).append(arc)
    return onward


_State = tuple[ZoneId, bool]


def _walk(
    onward: Mapping[ZoneId, list[Arc]], starts: Iterable[ZoneId], never_through: frozenset[ZoneId]
) -> dict[_State, tuple[Arc | None, _State | None]]:
    """Search in breadth: each state -> the hop into it and the state before, in order of distance."""
    begun = dict.fromkeys(starts)
    reached: dict[_State, tuple[Arc | None, _State | None]] = {(zone, False): (None, None) for zone in begun}
    queue = deque(reached)
    while queue:
        here, strayed = queue.popleft()
        if here in never_through and here not in begun:
            continue
        for arc in onward.get(here, ()):
            there = (arc.to, strayed or not arc.declared)
            if there not in reached and arc.to not in begun:
                reached[there] = (arc, (here, strayed))
                queue.append(there)
    return reached
