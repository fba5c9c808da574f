"""What closed doors alone do to flows and care services, were no intruder there."""

from collections.abc import Mapping

import numpy as np

from cloison.care.needs import Mask, failing
from cloison.model.hospital import CareService, ConduitId, Hospital, Level
from cloison.model.plan import ServiceState


def cut_flows(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> Mask:
    """Tell which flows the doors cut.

    A flow is cut when a conduit that it crosses is closed, or is at level lifeline and the flow is no lifeline.

    Args:
        hospital: the map.
        levels: conduits that are not open; those left out are open.

    Returns:
        (F,) bool, in the map's order.
    """
    return np.array(
        [
            any(_stops(levels.get(conduit, Level.OPEN), lifeline=flow.lifeline) for conduit in flow.via)
            for flow in hospital.flows
        ],
        dtype=np.bool_,
    )


def cut_services(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> Mask:
    """Tell which services the doors alone put out, (S,) bool in the map's order."""
    nobody = np.zeros((1, len(hospital.zones)), dtype=np.bool_)
    cut: Mask = failing(hospital, nobody, cut_flows(hospital, levels))[0]
    return cut


def state_of(service: CareService, *, out: bool) -> ServiceState:
    """Say what a service is left with when its systems are, or are not, out.

    A degraded mode counts when it keeps some care for some time.
    """
    if not out:
        return ServiceState.NORMAL
    holds = service.degraded.capacity > 0.0 and service.degraded.hours > 0.0
    return ServiceState.DEGRADED if holds else ServiceState.STOPPED


def _stops(level: Level, *, lifeline: bool) -> bool:
    return level is Level.CLOSED or (level is Level.LIFELINE and not lifeline)
