"""A first set of doors in hundredths of a second: minimum cuts between the intruder and what is worth keeping.

Each cut closes what is cheapest; what still falls then is cut off in turn. With one scenario, one passage to a
door and no care that two doors stop, the first cut is the best plan; elsewhere this is a fair beginning, which
the search betters.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from cloison.care.loss import price
from cloison.care.needs import SEPARATOR, Mask, dependency_order, zone_places
from cloison.model.hospital import AnyOf, Hospital, Needs
from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.deadline import AMPLE, Deadline
from cloison.seal.doors import CLOSED, LIFELINE, NO_DOOR, OPEN
from cloison.spread.scenarios import Levels, conduit_graph

_STEPS = 1_000_000
"""Capacities are whole numbers, in millionths of all that can be lost."""

_ROUNDS = 8
"""Cuts, each for what the one before let through."""

Costs = NDArray[np.float64]


class _Weights(NamedTuple):
    """What is at stake, every need taken by itself, in care-hours.

    Attributes:
        zones: (Z,) what the fall of each zone takes.
        softly: (D,) what each door takes at level lifeline.
        hardly: (D,) what it takes closed.
    """

    zones: Costs
    softly: Costs
    hardly: Costs


def cut_doors(asked: Asked, balance: Balance, start: Levels, deadline: Deadline = AMPLE) -> Iterator[Levels]:
    """Shut what parts the intruder from what is dear, where that is cheapest, until nothing more can be parted.

    Args:
        asked: the question.
        balance: its objective.
        start: (D,) doors to begin with, kept as shut as they are.
        deadline: no cut is looked for after it.

    Yields:
        (D,) levels, each harder than those before.

    Source: maximum flow, minimum cut (Ford and Fulkerson 1956; Dinic 1970, as scipy has it).
    """
    doors, graph = asked.doors, conduit_graph(asked.hospital)
    weights = _weights(asked)
    starts = np.flatnonzero(asked.scenarios.starts.any(axis=0))
    levels = start
    for _ in range(_ROUNDS):
        if deadline.passed():
            return
        stakes = weights.zones * balance.compromised(levels).mean(axis=0)
        carries = asked.scenarios.carrying(doors.conduit_levels(levels)).any(axis=0)
        used = doors.of_conduit[carries]
        sharing = np.maximum(np.bincount(used[used != NO_DOOR], minlength=doors.count), 1)
        softly = (levels == OPEN) & doors.lifeline
        raising = np.where(softly, weights.softly, weights.hardly - (levels == LIFELINE) * weights.softly) / sharing
        costs = np.append(np.where(levels == CLOSED, np.inf, raising), np.inf)[doors.of_conduit]
        ends = graph.from_[carries], graph.to[carries]
        here = _intruders_side(ends, costs[carries], starts, stakes)
        crossed = doors.of_conduit[carries & here[graph.from_] & ~here[graph.to]]
        crossed = np.unique(crossed[crossed != NO_DOOR])
        crossed = crossed[levels[crossed] != CLOSED]
        if not len(crossed):
            return
        levels = levels.copy()
        levels[crossed] = np.where(softly[crossed], LIFELINE, CLOSED)
        yield levels


def _intruders_side(
    ends: tuple[NDArray[np.intp], NDArray[np.intp]], costs: Costs, starts: NDArray[np.intp], stakes: Costs
) -> Mask:
    """Part the zones, (Z,), by a minimum cut: what stays with the starts, the rest being worth cutting off."""
    zones, total = len(stakes), float(stakes.sum())
    dear = np.flatnonzero(stakes > 0.0)
    if not len(starts) or not len(dear):
        return np.ones(zones, dtype=np.bool_)
    source, sink = zones, zones + 1
    tail = np.concatenate([ends[0], np.full(len(starts), source), dear])
    head = np.concatenate([ends[1], starts, np.full(len(dear), sink)])
    worth = np.concatenate([costs, np.full(len(starts), total), stakes[dear]])
    capacity = csr_array((np.minimum(worth / total, 1.0), (tail, head)), shape=(sink + 1, sink + 1))
    capacity.data = np.ceil(np.minimum(capacity.data, 1.0) * _STEPS)
    capacity = capacity.astype(np.int32)
    left = csr_array(capacity - maximum_flow(capacity, source, sink).flow)
    left.eliminate_zeros()
    side = np.zeros(sink + 1, dtype=np.bool_)
    side[breadth_first_order(left, source, return_predecessors=False)] = True
    return side[:zones]


def _weights(asked: Asked) -> _Weights:
    hospital, parameters = asked.hospital, asked.parameters
    places = zone_places(hospital)
    flows = {str(flow.id): (flow, crossed) for flow, crossed in zip(hospital.flows, asked.doors.flows, strict=True)}
    stakes = parameters.record_weight * np.array([zone.patient_records for zone in hospital.zones], dtype=np.float64)
    softly, hardly = (np.full(asked.doors.count, parameters.action_weight) for _ in range(2))
    for service, shares in _shares(hospital).items():
        cost = price(hospital.care_services[service], parameters.seal_hours)
        for leaf, share in shares.items():
            kind, _, name = leaf.partition(SEPARATOR)
            if kind != "flow":
                stakes[places[leaf]] += share * (cost.outage + cost.rebuild)
                continue
            flow, crossed = flows[name]
            hardly[list(crossed)] += share * cost.outage
            if not flow.lifeline:
                softly[list(crossed)] += share * cost.outage
    return _Weights(stakes, softly, hardly)


def _shares(hospital: Hospital) -> Mapping[int, Mapping[str, float]]:
    """Tell, service by service, how much of it each leaf can take alone: a half where there are two to choose from."""
    found: dict[int, dict[str, float]] = {}
    names = {str(service.id): place for place, service in enumerate(hospital.care_services)}
    for place in dependency_order(hospital):
        shares = found.setdefault(place, {})
        for leaf, share in _leaves(hospital.care_services[place].needs, 1.0):
            kind, _, name = leaf.partition(SEPARATOR)
            below = found[names[name]] if kind == "care_service" else {leaf: 1.0}
            for each, part in below.items():
                shares[each] = max(shares.get(each, 0.0), share * part)
    return found


def _leaves(needs: Needs | None, share: float) -> Iterator[tuple[str, float]]:
    if isinstance(needs, str):
        yield needs, share
    elif needs is not None:
        for branch in needs.of:
            yield from _leaves(branch, share / len(needs.of) if isinstance(needs, AnyOf) else share)
