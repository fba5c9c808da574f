"""Scenarios: the seeded draws that the plan weighs, and what each of them reaches.

One draw decides a conduit at all three levels of its door, so a door that shuts never opens a way that was
shut: what carries when closed carries at lifeline, what carries at lifeline carries when open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.model.plan import PlanParameters
from cloison.spread.rates import LEVELS, crossing_probabilities

Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
Words: TypeAlias = NDArray[np.uint64]
Levels: TypeAlias = NDArray[np.int8]
"""(C,) column of `LEVELS` at which each conduit stands."""

_WORD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ConduitGraph:
    """Who can pass to whom: Z zones, C one-way conduits; cycles, parallels and loops allowed.

    Attributes:
        zones: Z.
        from_: (C,) place of each conduit's first zone.
        to: (C,) place of its second.
    """

    zones: int
    from_: Places
    to: Places

    def reversed(self) -> "ConduitGraph":
        """Turn every conduit round."""
        return ConduitGraph(zones=self.zones, from_=self.to, to=self.from_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenarios:
    """K draws, coupled over the levels.

    Attributes:
        starts: (K, Z) zones compromised at the start.
        carries: (K, C, 3) whether the conduit carries the attack at each of `LEVELS`.
    """

    starts: Mask
    carries: Mask

    def carrying(self, levels: Levels) -> Mask:
        """Give (K, C): which conduits carry when each stands at its level."""
        carrying: Mask = self.carries[:, np.arange(len(levels)), levels]
        return carrying


def conduit_graph(hospital: Hospital) -> ConduitGraph:
    """Take the zones and conduits of the map, in its order."""
    places = {zone.id: place for place, zone in enumerate(hospital.zones)}
    return ConduitGraph(
        zones=len(places),
        from_=np.array([places[conduit.from_] for conduit in hospital.conduits], dtype=np.intp),
        to=np.array([places[conduit.to] for conduit in hospital.conduits], dtype=np.intp),
    )


def level_columns(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> Levels:
    """Turn levels by conduit into columns of `LEVELS`, in the map's order; those left out are open."""
    column = {level: np.int8(place) for place, level in enumerate(LEVELS)}
    return np.array([column[levels.get(conduit.id, Level.OPEN)] for conduit in hospital.conduits], dtype=np.int8)


def zone_suspicion(hospital: Hospital, suspicion: Mapping[ZoneId, float]) -> NDArray[np.float64]:
    """Spread q over the zones of the map, (Z,); zones left out are at 0."""
    return np.array([suspicion.get(zone.id, 0.0) for zone in hospital.zones], dtype=np.float64)


def draw(hospital: Hospital, parameters: PlanParameters) -> Scenarios:
    """Draw the scenarios of a plan.

    Each takes one uniform per zone, then one per conduit, in the map's order, from one seeded stream
    (numpy's PCG64): the first scenarios do not change when more are asked for. Nothing else is random.

    Args:
        hospital: Z zones, C conduits.
        parameters: `suspicion`, `horizon_hours`, `scenarios` (K) and `seed` are used.

    Returns:
        K scenarios.

    Raises:
        BadValueError: the map's probabilities are impossible (see `crossing_probabilities`).
    """
    zones = len(hospital.zones)
    uniforms = np.random.default_rng(parameters.seed).random((parameters.scenarios, zones + len(hospital.conduits)))
    chances = crossing_probabilities(hospital, parameters.horizon_hours)
    return Scenarios(
        starts=uniforms[:, :zones] < zone_suspicion(hospital, dict(parameters.suspicion)),
        carries=uniforms[:, zones:, None] < chances[None, :, :],
    )


class Flood:
    """The spread of K scenarios through one map, made ready once so that many sets of doors can be tried.

    Attributes:
        bits: (W,) the bits that stand for a scenario in the words of `reached_bits`, all set.
    """

    def __init__(self, graph: ConduitGraph, scenarios: Scenarios) -> None:
        order = np.argsort(graph.to, kind="stable")
        self._from, self._order = graph.from_[order], order
        self._targets, self._firsts = np.unique(graph.to[order], return_index=True)
        self._starts, self._scenarios = _pack(scenarios.starts), len(scenarios.starts)
        self.bits = _pack(np.ones((self._scenarios, 1), dtype=np.bool_))[0]
        self._carries = np.stack([_pack(scenarios.carries[:, order, level]) for level in range(len(LEVELS))])

    def reached(self, levels: Levels) -> Mask:
        """Give what is compromised when the conduits stand at these levels, (K, Z); see `reached_bits`."""
        return _unpack(self.reached_bits(levels), self._scenarios)

    def reached_bits(self, levels: Levels) -> Words:
        """Give what is compromised when the conduits stand at these levels.

        Args:
            levels: (C,) columns of `LEVELS`.

        Returns:
            (Z, W) a bit per scenario, set for the zones compromised at the start and all that they reach.

        Source: breadth-first search (Moore 1959), 64 scenarios to a machine word; O(depth * C * K / 64).
        """
        reached = self._starts.copy()
        ways = self._carries[levels[self._order], np.arange(len(levels))]
        while len(levels):
            arriving = np.bitwise_or.reduceat(reached[self._from] & ways, self._firsts, axis=0)
            if not np.any(arriving & ~reached[self._targets]):
                break
            reached[self._targets] |= arriving
        return reached

    def stopping(self, levels: Levels) -> Mask:
        """Tell which conduits stop the attack somewhere: who falls would not be the same with that one open.

        Args:
            levels: (C,) columns of `LEVELS`.

        Returns:
            (C,) bool, in the map's order. All others can be opened at once, and nobody else falls.
        """
        stops = np.zeros(len(levels), dtype=np.bool_)
        if len(levels):
            reached = self.reached_bits(levels)
            to = np.repeat(self._targets, np.diff(self._firsts, append=len(levels)))
            withheld = self._carries[0] & ~self._carries[levels[self._order], np.arange(len(levels))]
            stops[self._order] = (reached[self._from] & withheld & ~reached[to]).any(axis=1)
        return stops


def reach(graph: ConduitGraph, starts: Mask, carrying: Mask) -> Mask:
    """Spread from the starting zones along the carrying conduits.

    Args:
        graph: Z zones, C conduits.
        starts: (K, Z).
        carrying: (K, C).

    Returns:
        (K, Z) bool: starts and all that they reach; see `Flood` for the method.
    """
    scenarios = Scenarios(starts=starts, carries=np.repeat(carrying[:, :, None], len(LEVELS), axis=2))
    return Flood(graph, scenarios).reached(np.zeros(len(graph.to), dtype=np.int8))


def _pack(mask: Mask) -> Words:
    """Turn (K, N) booleans into (N, words) of 64 scenarios each."""
    scenarios, columns = mask.shape
    words = -(-scenarios // _WORD)
    padded = np.zeros((columns, words * _WORD), dtype=np.bool_)
    padded[:, :scenarios] = mask.T
    return np.packbits(padded, axis=1).view(np.uint64)


def _unpack(packed: Words, scenarios: int) -> Mask:
    bits = np.unpackbits(packed.view(np.uint8), axis=1, count=scenarios)
    unpacked: Mask = np.ascontiguousarray(bits.T).view(np.bool_)
    return unpacked
