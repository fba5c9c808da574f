"""When each zone falls: an intruder followed hour by hour, over draws that no plan has seen.

The plan's scenarios give the intruder the whole horizon on every passage. Here a passage can be crossed
only once its first zone has fallen, and its door closes at its own time: a second opinion, never graver
over passages that have rates, the same over those that have a `spread` table.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.spread.passage import Floats, Ints, Runs, first_passage
from cloison.spread.rates import LEVELS, closing_hours, conduit_rates, crossing_probabilities
from cloison.spread.scenarios import conduit_graph, zone_suspicion

Hours: TypeAlias = NDArray[np.float64]

MOST_RUNS, FEWEST_RUNS = 400, 100
"""Standard errors of 5 % and 10 % of the spread between runs."""

_CROSSINGS = 20_000_000
"""Passages times runs beyond which fewer runs are made: a second or so on the largest maps."""

_ALONE, _BLOCKS = 2_000_000, 8
"""Passages times runs from which the runs are shared out among threads, and in how many blocks."""

_TIMELESS = -1.0
"""`closing` of a passage with a `spread` table (see `first_passage`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What N runs did.

    Attributes:
        falls: (N, Z) hours, in [0, H]; infinite: not within the horizon.
        through: (N, Z) place in the map of the conduit by which the zone fell; `NOBODY`: it was compromised
            from the start, or does not fall.
    """

    falls: Floats
    through: Ints


def affordable_runs(hospital: Hospital) -> int:
    """Give the number of runs that a map of this size is worth beside a plan."""
    return max(FEWEST_RUNS, min(MOST_RUNS, _CROSSINGS // max(1, len(hospital.conduits))))


class Simulation:
    """N runs over one map. The same draws serve every set of doors, so that their difference shows.

    Args:
        hospital: Z zones, C conduits.
        suspicion: zone -> probability that it is compromised now.
        horizon_hours: H.
        runs: N; the first runs do not change when more are asked for.
        seed: 0 or more.

    Raises:
        BadValueError: the map's probabilities are impossible (see `crossing_probabilities`).
    """

    def __init__(
        self, hospital: Hospital, suspicion: Mapping[ZoneId, float], horizon_hours: float, *, runs: int, seed: int
    ) -> None:
        graph = conduit_graph(hospital)
        order = np.argsort(graph.from_, kind="stable")
        rates = conduit_rates(hospital)
        self._horizon, self._seed = horizon_hours, seed
        self._places = {conduit.id: place for place, conduit in enumerate(hospital.conduits)}
        self.runs: Runs = np.arange(runs, dtype=np.int64)
        self._order = order.astype(np.int32)
        self._firsts = np.searchsorted(graph.from_[order], np.arange(graph.zones + 1)).astype(np.int32)
        self._targets = graph.to[order].astype(np.int32)
        self._doubt = _threshold(zone_suspicion(hospital, suspicion)).astype(np.float32)
        self._tabled = np.array([each is None for each in rates], dtype=np.bool_)
        self._open_rate = np.array([0.0 if each is None else each.open for each in rates], dtype=np.float64)
        self._lifeline_rate = np.array([0.0 if each is None else each.lifeline for each in rates], dtype=np.float64)
        self._closing = np.array(
            [closing_hours(conduit, horizon_hours) for conduit in hospital.conduits], dtype=np.float64
        )
        self._chances = crossing_probabilities(hospital, horizon_hours)

    def falls(self, levels: Mapping[ConduitId, Level]) -> Floats:
        """Give when each zone falls: `follow`, its hours alone."""
        return self.follow(levels).falls

    def follow(self, levels: Mapping[ConduitId, Level], *, runs: Runs | None = None, at_once: bool = False) -> Course:
        """Follow the intruder, the doors beginning to move at 0.

        A conduit's hazard is its open rate until its door has moved, then that of its level; it is crossed
        when the hazard met since its first zone fell reaches a unit exponential. A conduit with a `spread`
        table is crossed at once, or never.

        Args:
            levels: conduits that are not open.
            runs: numbers of the runs to make; None: all. A run is the same whichever others are made.
            at_once: the doors stand at their levels from the start, as after a change made in peacetime.

        Source: see `first_passage`; the time change of a Poisson process.
        """
        columns = np.zeros(len(self._order), dtype=np.int8)
        for conduit, level in levels.items():
            columns[self._places[conduit]] = LEVELS.index(level)
        moved = columns > 0
        later = np.choose(columns, (self._open_rate, self._lifeline_rate, np.zeros_like(self._open_rate)))
        opened = np.where(moved, later, self._open_rate) if at_once else self._open_rate
        chance = _threshold(self._chances[np.arange(len(columns)), columns])
        with np.errstate(divide="ignore"):
            inverse = np.where(self._tabled, 0.0, 1.0 / opened)
            after = np.where(self._tabled, chance, 1.0 / later)
        closing = np.where(moved & (not at_once), self._closing, np.inf)
        closing = np.where(self._tabled, _TIMELESS, closing)
        arcs = np.stack([opened, inverse, after, closing]).astype(np.float32)[:, self._order].copy()
        numbers = self.runs if runs is None else runs
        falls = np.empty((len(numbers), len(self._doubt)), dtype=np.float32)
        through = np.empty(falls.shape, dtype=np.int32)

        def make(first: int, last: int) -> None:
            first_passage(
                self._firsts,
                self._targets,
                self._order,
                arcs,
                self._doubt,
                self._seed,
                numbers[first:last],
                self._horizon,
                falls[first:last],
                through[first:last],
            )

        if len(numbers) * len(columns) < _ALONE:
            make(0, len(numbers))
        else:
            borders = np.linspace(0, len(numbers), _BLOCKS + 1).astype(int).tolist()
            with ThreadPoolExecutor() as pool:
                list(pool.map(make, borders[:-1], borders[1:]))
        return Course(falls=falls, through=through)


def _threshold(chance: Hours) -> Hours:
    """Give what a unit exponential is below with this probability."""
    with np.errstate(divide="ignore"):
        threshold: Hours = -np.log1p(-chance)
    return threshold
