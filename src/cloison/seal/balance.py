"""The objective of many sets of doors, fast: what the search walks on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloison.care.loss import price
from cloison.care.needs import Mask, Reliance
from cloison.model.hospital import Hospital
from cloison.seal.asked import Asked
from cloison.seal.doors import LIFELINE, OPEN, Doors
from cloison.spread.scenarios import Flood, Levels, conduit_graph


class Worth(NamedTuple):
    """What a set of doors costs, in care-hours.

    Attributes:
        objective: care lost, plus the weight of records and of doors moved.
        sealing: the part of the care that the doors alone take.
    """

    objective: float
    sealing: float


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
        self._crossed, self._lifeline_flow = _crossings(hospital, asked.doors)
        self._nothing_cut = np.zeros(len(hospital.flows), dtype=np.bool_)
        self._nobody = np.zeros((1, len(hospital.zones)), dtype=np.bool_)

    def compromised(self, door_levels: Levels) -> Mask:
        """Tell who is compromised in each scenario, (K, Z)."""
        return self._flood.reached(self._doors.conduit_levels(door_levels))

    def worth(self, door_levels: Levels) -> Worth:
        """Weigh one set of doors, (D,) levels."""
        compromised = self.compromised(door_levels)
        flows_cut = self._flows_cut(door_levels)
        rebuilt = self._reliance.failing(compromised, self._nothing_cut)
        out = self._reliance.failing(compromised, flows_cut)
        care = out.mean(axis=0) @ self._outage + rebuilt.mean(axis=0) @ self._rebuild
        records = compromised.mean(axis=0) @ self._records
        moved = self._action * np.count_nonzero(door_levels != OPEN)
        sealing = self._reliance.failing(self._nobody, flows_cut)[0] @ self._outage
        return Worth(float(care + records + moved), float(sealing))

    def objective(self, door_levels: Levels) -> float:
        """Weigh one set of doors: the objective alone."""
        return self.worth(door_levels).objective

    def _flows_cut(self, door_levels: Levels) -> Mask:
        heights = np.where(self._crossed, door_levels[None, :], OPEN).max(axis=1, initial=OPEN)
        cut: Mask = heights > np.where(self._lifeline_flow, LIFELINE, OPEN)
        return cut


def _crossings(hospital: Hospital, doors: Doors) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    crossed = np.zeros((len(hospital.flows), doors.count), dtype=np.bool_)
    for place, some in enumerate(doors.flows):
        crossed[place, list(some)] = True
    return crossed, np.array([flow.lifeline for flow in hospital.flows], dtype=np.bool_)
