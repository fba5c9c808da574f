"""The objective of many sets of doors, fast: what the search walks on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloison.care.loss import price
from cloison.care.needs import Mask, Reliance
from cloison.seal.asked import Asked
from cloison.seal.doors import LIFELINE, OPEN
from cloison.seal.programme import Dearness, Toll
from cloison.spread.scenarios import Flood, Levels, Words, conduit_graph


class Worth(NamedTuple):
    """What a set of doors costs, in care-hours.

    Attributes:
        objective: care lost, plus the weight of records and of doors moved.
        sealing: the part of the care that the doors alone take.
        taken: the part that the intruder takes: rebuilding, and the weight of records.
    """

    objective: float
    sealing: float
    taken: float


class Balance:
    """Weighs sets of doors over the scenarios of a plan (objective of DESIGN section 7)."""

    def __init__(self, asked: Asked) -> None:
        hospital, parameters = asked.hospital, asked.parameters
        prices = [price(service, parameters.seal_hours) for service in hospital.care_services]
        self._outage = np.array([each.outage for each in prices])
        self._rebuild = np.array([each.rebuild for each in prices])
        self._records = parameters.record_weight * np.array([zone.patient_records for zone in hospital.zones])
        self._action = parameters.action_weight
        self._doors = asked.doors
        self._flood = Flood(conduit_graph(hospital), asked.scenarios)
        self._reliance = Reliance(hospital)
        self._lifeline_flow = np.array([flow.lifeline for flow in hospital.flows], dtype=np.bool_)
        crossings = [(place, doors) for place, doors in enumerate(asked.doors.flows) if doors]
        self._crossing = np.array([place for place, _ in crossings], dtype=np.intp)
        self._doors_crossed = np.array([door for _, doors in crossings for door in doors], dtype=np.intp)
        self._firsts = np.cumsum([0] + [len(doors) for _, doors in crossings])[:-1]

    def compromised(self, door_levels: Levels) -> Mask:
        """Tell who is compromised in each scenario, (K, Z)."""
        return self._flood.reached(self._doors.conduit_levels(door_levels))

    def without_idle(self, door_levels: Levels) -> Levels:
        """Open, as far as they may be, the doors that stop nobody in any scenario: it costs no more, and spares doors.

        Args:
            door_levels: (D,) levels.
        """
        at_work = np.zeros(self._doors.count + 1, dtype=np.bool_)
        at_work[self._doors.of_conduit[self._flood.stopping(self._doors.conduit_levels(door_levels))]] = True
        levels: Levels = np.where(at_work[:-1], door_levels, self._doors.least)
        return levels

    def worth(self, door_levels: Levels) -> Worth:
        """Weigh one set of doors, (D,) levels."""
        lost = self._flood.reached_bits(self._doors.conduit_levels(door_levels))
        cut = np.where(self._flows_cut(door_levels)[:, None], self._flood.bits, np.uint64(0))
        # Side by side: with the zones lost, with the flows cut too, with the flows cut alone.
        zones = np.concatenate([lost, lost, np.zeros_like(lost)], axis=1)
        flows = np.concatenate([np.zeros_like(cut), cut, cut], axis=1)
        fails = self._reliance.failing_bits(np.concatenate([zones, flows]), np.tile(self._flood.bits, 3))
        rebuilt, out, sealed = np.split(fails, 3, axis=1)
        outage = _share(out, self._flood.bits) @ self._outage
        taken = _share(rebuilt, self._flood.bits) @ self._rebuild + _share(lost, self._flood.bits) @ self._records
        moved = self._action * np.count_nonzero(door_levels != OPEN)
        return Worth(
            float(outage + taken + moved), float(_share(sealed, self._flood.bits) @ self._outage), float(taken)
        )

    def objective(self, door_levels: Levels) -> float:
        """Weigh one set of doors: the objective alone."""
        return self.worth(door_levels).objective

    def priced(self, dearness: Dearness) -> Callable[[Levels], float]:
        """Give the objective with the two harms held otherwise beside each other."""

        def objective(door_levels: Levels) -> float:
            worth = self.worth(door_levels)
            dearer = dearness.times(Toll.DOORS) * worth.sealing
            return worth.objective + dearer + (dearness.times(Toll.INTRUDER) - 1.0) * worth.taken

        return objective

    def _flows_cut(self, door_levels: Levels) -> Mask:
        cut = np.zeros(len(self._lifeline_flow), dtype=np.bool_)
        if len(self._crossing):
            highest = np.maximum.reduceat(door_levels[self._doors_crossed], self._firsts)
            cut[self._crossing] = highest > np.where(self._lifeline_flow[self._crossing], LIFELINE, OPEN)
        return cut


def _share(rows: Words, bits: Words) -> NDArray[np.float64]:
    """Give, of each row, the share of the scenarios that is set."""
    share: NDArray[np.float64] = np.bitwise_count(rows).sum(axis=1) / np.bitwise_count(bits).sum()
    return share
