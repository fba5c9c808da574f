"""Which passages carry the risk: each run's losses, traced back along the way that the intruder took."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloison.model.hospital import Hospital
from cloison.ops.care_over_time import Hours, Places
from cloison.spread.passage import Ints
from cloison.spread.scenarios import ConduitGraph, conduit_graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What crossed each conduit, run by run, for the conduits and runs where anything did.

    Attributes:
        runs: (M,) row of the run, of N.
        conduits: (M,) place in the map.
        losses: (M,) what that run lost beyond the conduit.
        count: N.
    """

    runs: Places
    conduits: Places
    losses: Hours
    count: int

    def total(self, conduits: int) -> Hours:
        """Give the mean loss a run that passed each conduit, (C,)."""
        total: Hours = np.zeros(conduits)
        np.add.at(total, self.conduits, self.losses / self.count)
        return total

    def standard_error(self, conduit: int) -> float:
        """Give the standard error of one conduit's mean."""
        by_run = np.zeros(self.count)
        here = self.conduits == conduit
        by_run[self.runs[here]] = self.losses[here]
        return float(by_run.std(ddof=1) / np.sqrt(self.count)) if self.count > 1 else float("nan")

    def runs_through(self, conduit: int) -> Places:
        """Give the rows of the runs whose losses passed one conduit."""
        rows: Places = self.runs[self.conduits == conduit]
        return rows


def carried(hospital: Hospital, through: Ints, zones: Places, losses: Hours) -> Carried:
    """Trace losses back to where the intruder came from.

    A loss is charged once to each conduit on the way to the zone that decided it. Were that conduit not there, the run
    would lose at most this much less: whatever was lost by other ways would be lost all the same.

    Args:
        hospital: Z zones, C conduits.
        through: (N, Z) see `Course`.
        zones: (N, L) place of the zone that decided each loss; below 0: no loss.
        losses: (L,) what each is worth.
    """
    graph: ConduitGraph = conduit_graph(hospital)
    count, conduits = len(through), max(1, len(graph.from_))
    rows, column = np.nonzero(zones >= 0)
    here, worth = zones[rows, column], losses[column]
    keys: list[NDArray[np.intp]] = [np.empty(0, dtype=np.intp)]
    worths: list[Hours] = [np.empty(0)]
    while len(rows):
        way = through[rows, here].astype(np.intp)
        crossed = way >= 0
        rows, way, worth = rows[crossed], way[crossed], worth[crossed]
        keys.append(rows * conduits + way)
        worths.append(worth)
        here = graph.from_[way]
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    summed: Hours = np.bincount(place, weights=np.concatenate(worths), minlength=len(found)).astype(np.float64)
    return Carried(runs=found // conduits, conduits=found % conduits, losses=summed, count=count)
