"""When each zone falls: an intruder followed hour by hour, over draws that no plan has seen.

The plan's scenarios give the intruder the whole horizon on every passage. Here a passage can be crossed
only once its first zone has fallen, and its door closes at its own time: a second opinion, never graver
over passages that have rates, the same over those that have a `spread` table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.spread.rates import closing_hours, conduit_rates, crossing_probabilities
from cloison.spread.scenarios import conduit_graph, level_columns, zone_suspicion

Hours: TypeAlias = NDArray[np.float64]

MOST_RUNS, FEWEST_RUNS = 400, 100
"""Standard errors of 5 % and 10 % of the spread between runs."""

_CROSSINGS = 2_000_000
"""Passages times runs beyond which fewer runs are made: a few seconds on the largest maps."""

_FRESH = 1
"""Second word of the seed: another stream than that of the plan's scenarios."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """What becomes of one zone.

    Attributes:
        probability: that it falls within the horizon.
        median_hours: when, in the runs where it falls; None when it never does.
    """

    zone: ZoneId
    probability: float
    median_hours: float | None


def affordable_runs(hospital: Hospital) -> int:
    """Give the number of runs that a map of this size is worth."""
    return max(FEWEST_RUNS, min(MOST_RUNS, _CROSSINGS // max(1, len(hospital.conduits))))


class Simulation:
    """N runs over one map. The same draws serve every set of doors, so that their difference shows.

    Args:
        hospital: Z zones, C conduits.
        suspicion: zone -> probability that it is compromised now.
        horizon_hours: H.
        runs: N.
        seed: 0 or more.
    """

    def __init__(
        self, hospital: Hospital, suspicion: Mapping[ZoneId, float], horizon_hours: float, *, runs: int, seed: int
    ) -> None:
        stream = np.random.default_rng((seed, _FRESH))
        self._hospital, self._horizon = hospital, horizon_hours
        started = stream.random((len(hospital.zones), runs)) < zone_suspicion(hospital, suspicion)[:, None]
        self._starts = np.where(started, 0.0, np.inf)
        shape = (len(hospital.conduits), runs)
        self._endurance, self._luck = stream.standard_exponential(shape), stream.random(shape)
        rates = conduit_rates(hospital)
        self._tabled = np.array([each is None for each in rates], dtype=np.bool_)
        self._open_rate = np.array([1.0 if each is None else each.open for each in rates])
        self._lifeline_rate = np.array([1.0 if each is None else each.lifeline for each in rates])
        self._closing = np.array([closing_hours(conduit, horizon_hours) for conduit in hospital.conduits])
        self._chances = crossing_probabilities(hospital, horizon_hours)
        graph = conduit_graph(hospital)
        self._order = np.argsort(graph.to, kind="stable")
        self._from, self._to = graph.from_[self._order], graph.to[self._order]

    def falls(self, levels: Mapping[ConduitId, Level]) -> Hours:
        """Give when each zone falls, the doors having begun to move at 0.

        A conduit's hazard is its open rate until its door has moved, then that of its level; it is crossed
        when the hazard met since its first zone fell reaches a unit exponential. A conduit with a `spread`
        table is crossed at once, or never.

        Args:
            levels: conduits that are not open.

        Returns:
            (N, Z) hours, in [0, H]; infinite: not within the horizon.

        Source: first passage by label correcting (Bellman 1958); the time change of a Poisson process.
        """
        columns = level_columns(self._hospital, levels)
        later = np.choose(columns, (self._open_rate, self._lifeline_rate, np.zeros_like(self._open_rate)))
        endurance = self._endurance
        if self._tabled.any():
            chance = self._chances[np.arange(len(columns)), columns]
            luck = np.where(self._luck < chance[:, None], 0.0, np.inf)
            endurance = np.where(self._tabled[:, None], luck, endurance)
        sorted_ = self._order
        rates = (self._open_rate[sorted_, None], later[sorted_, None], self._closing[sorted_, None])
        fallen = self._starts.copy()
        fresh = np.isfinite(fallen)
        while fresh.any():
            # Only passages out of a zone that has just fallen, in the runs where one has.
            active, runs = np.any(fresh, axis=1, keepdims=True)[:, 0][self._from], np.flatnonzero(fresh.any(axis=0))
            fresh = np.zeros_like(fresh)
            targets, firsts = np.unique(self._to[active], return_index=True)
            if not len(targets):
                break
            since = fallen[np.ix_(self._from[active], runs)]
            met = endurance[np.ix_(sorted_[active], runs)]
            arrivals = _arrivals(since, met, *(rate[active] for rate in rates))
            arrivals[arrivals > self._horizon] = np.inf
            soonest, known = np.minimum.reduceat(arrivals, firsts, axis=0), fallen[np.ix_(targets, runs)]
            fresh[np.ix_(targets, runs)] = soonest < known
            fallen[np.ix_(targets, runs)] = np.minimum(soonest, known)
        return fallen.T


def who_falls(hospital: Hospital, falls: Hours) -> tuple[Fall, ...]:
    """Sum up runs, zone by zone in the map's order.

    Args:
        hospital: Z zones.
        falls: (N, Z), from `Simulation.falls`.
    """
    outlook = []
    for zone, hours in zip(hospital.zones, falls.T, strict=True):
        fallen = hours[np.isfinite(hours)]
        median = float(np.median(fallen)) if len(fallen) else None
        outlook.append(Fall(zone=zone.id, probability=len(fallen) / len(hours), median_hours=median))
    return tuple(outlook)


def _arrivals(since: Hours, endurance: Hours, open_rate: Hours, later_rate: Hours, closing: Hours) -> Hours:
    """Cross conduits, (A, N), whose first zones fell at `since`."""
    met = np.maximum(closing - since, 0.0) * open_rate
    # A rate of 0 gives an infinite time; 0 / 0 only stands where the other branch is taken.
    with np.errstate(divide="ignore", invalid="ignore"):
        early = since + endurance / open_rate
        late = np.maximum(since, closing) + (endurance - met) / later_rate
    return np.where(endurance <= met, early, late)
