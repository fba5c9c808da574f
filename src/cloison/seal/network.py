"""Shrink the scenarios before the solver sees them: only what the doors can still change is kept."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from cloison.seal.doors import CLOSED, LIFELINE, NO_DOOR, OPEN, Doors
from cloison.spread.scenarios import ConduitGraph, Mask, Places, Scenarios, reach

NO_NODE = -1
SURE_TAIL = -1


class Stop(IntEnum):
    """The least level of the door that stops an arc, from the hardest to stop to the easiest."""

    NEVER = 0
    CLOSED = 1
    LIFELINE = 2


_CARRIES_NOTHING = -1
_Arcs: TypeAlias = tuple[Places, Places, Places, NDArray[np.int8]]
"""Tails, heads, doors, stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """U distinct scenarios, what is certain in them, and N nodes with A arcs for what is not.

    A node is a zone in one scenario, or several zones that always fall together.

    Attributes:
        weights: (U,) share of the K scenarios that each stands for; sums to 1.
        of_scenario: (K,) the distinct scenario that each of the K is.
        sure: (U, Z) zones compromised whatever the doors do.
        node: (U, Z) node of each zone; NO_NODE when it is certain, or of no consequence.
        count: N.
        tail: (A,) node that each arc leaves; SURE_TAIL: something surely compromised.
        head: (A,) node that it enters.
        door: (A,) door that can stop it; NO_DOOR for Stop.NEVER.
        stop: (A,) a `Stop`.
    """

    weights: NDArray[np.float64]
    of_scenario: Places
    sure: Mask
    node: Places
    count: int
    tail: Places
    head: Places
    door: Places
    stop: NDArray[np.int8]


def shrink(graph: ConduitGraph, doors: Doors, scenarios: Scenarios, valuable: Mask) -> Network:
    """Keep of each scenario what the doors can change and what matters.

    Zones that no source reaches with all doors open are safe; those that it reaches with all doors shut are
    lost; zones from which nothing of value can be reached do not count; zones joined both ways by arcs that
    nothing stops fall together; like arcs between the same two are one; like scenarios are one.

    Args:
        graph: Z zones, C conduits.
        doors: D doors.
        scenarios: K draws.
        valuable: (Z,) zones whose loss costs something by itself.

    Returns:
        The network; its optimum is that of the whole.

    Source: strong components, Pearce 2005 as scipy has it; the rest is ours.
    """
    fixed = doors.of_conduit == NO_DOOR
    at_open = scenarios.carries[:, :, OPEN]
    at_lifeline = np.where(fixed, at_open, scenarios.carries[:, :, LIFELINE])
    at_closed = np.where(fixed, at_open, scenarios.carries[:, :, CLOSED])
    sure = reach(graph, scenarios.starts, at_closed)
    open_to_doubt = reach(graph, scenarios.starts, at_open) & ~sure
    inside = at_open & open_to_doubt[:, graph.from_] & open_to_doubt[:, graph.to]
    kept = reach(graph.reversed(), open_to_doubt & valuable, inside) & open_to_doubt

    live = at_open & kept[:, graph.to] & (kept | sure)[:, graph.from_]
    stop = np.full(live.shape, _CARRIES_NOTHING, dtype=np.int8)
    stop[live] = Stop.LIFELINE
    stop[live & at_lifeline] = Stop.CLOSED
    stop[live & at_closed] = Stop.NEVER
    signatures = np.concatenate([stop, np.where(kept, np.int8(2), sure & valuable).astype(np.int8)], axis=1)
    first: dict[bytes, int] = {}
    which = np.array([first.setdefault(row.tobytes(), len(first)) for row in signatures], dtype=np.intp)
    counts = np.bincount(which)
    chosen = np.unique(which, return_index=True)[1]
    node, arcs = _join(graph, doors, stop[chosen], kept[chosen])
    tail, head, door, stops = arcs
    return Network(
        weights=counts / counts.sum(),
        of_scenario=which,
        sure=sure[chosen],
        node=node,
        count=int(node.max(initial=NO_NODE)) + 1,
        tail=tail,
        head=head,
        door=door,
        stop=stops,
    )


def _join(graph: ConduitGraph, doors: Doors, stop: NDArray[np.int8], kept: Mask) -> tuple[Places, _Arcs]:
    """Number the nodes, join those that fall together, and list the arcs that are of use."""
    size = int(np.count_nonzero(kept))
    node = np.full(kept.shape, NO_NODE, dtype=np.intp)
    node[kept] = np.arange(size)
    scenario, conduit = np.nonzero(stop != _CARRIES_NOTHING)
    tail, head = node[scenario, graph.from_[conduit]], node[scenario, graph.to[conduit]]
    stops = stop[scenario, conduit]
    door = np.where(stops == Stop.NEVER, NO_DOOR, doors.of_conduit[conduit])
    if not size:
        return node, (tail, head, door, stops)

    bound = (stops == Stop.NEVER) & (tail != SURE_TAIL)
    joined = csr_array((np.ones(np.count_nonzero(bound)), (tail[bound], head[bound])), shape=(size, size))
    component = connected_components(joined, directed=True, connection="strong")[1]
    component = np.append(component.astype(np.intp), NO_NODE)
    return component[node], _drop_useless(component[tail], component[head], door, stops)


def _drop_useless(tail: Places, head: Places, door: Places, stops: NDArray[np.int8]) -> _Arcs:
    """Drop loops; between the same two nodes keep what nothing stops, else the hardest arc of each door."""
    real = tail != head
    tail, head, door, stops = tail[real], head[real], door[real], stops[real]
    size, doors, kinds = int(head.max(initial=0)) + 1, int(door.max(initial=0)) - NO_DOOR + 1, len(Stop)
    # One key sorts faster than four; NO_DOOR, the lowest, comes first.
    order = np.argsort((((tail - SURE_TAIL) * size + head) * doors + (door - NO_DOOR)) * kinds + stops, kind="stable")
    tail, head, door, stops = tail[order], head[order], door[order], stops[order]
    new_pair = np.ones(len(order), dtype=np.bool_)
    new_pair[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    new_door = new_pair.copy()
    new_door[1:] |= door[1:] != door[:-1]
    # NO_DOOR sorts first: a pair that begins with it has an arc that nothing stops, and needs no other.
    first = np.maximum.accumulate(np.where(new_pair, np.arange(len(order)), 0))
    useful = new_pair | (new_door & (door[first] != NO_DOOR))
    return tail[useful], head[useful], door[useful], stops[useful]
