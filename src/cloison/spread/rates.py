"""How readily a foothold crosses a passage: rates from services, probabilities from rates.

No public measure gives these rates. What is sourced is which services intruders move through (ATT&CK
technique beside each); how fast is our own order of magnitude, set so that an office network with file
sharing (0.5) and web (0.1) gives the 0.6 an hour of the map's example, that is a domain reached within the
16 hours that incident reports give, and so that medical protocols, which carry no shell, come last. A
hospital that knows better writes `spread_per_hour` on the conduit.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.errors import BadValueError
from cloison.model.hospital import Conduit, ConduitId, Hospital, Level
from cloison.words import say

Probabilities: TypeAlias = NDArray[np.float64]

LEVELS = (Level.OPEN, Level.LIFELINE, Level.CLOSED)
"""Order of the columns wherever an array has one per level."""

SERVICE_RATES: Mapping[str, float] = MappingProxyType(
    {
        # Remote administration and file services: what intruders use first.
        "tcp/445": 0.5,  # T1021.002 SMB, administrative shares
        "tcp/139": 0.5,  # T1021.002
        "tcp/3389": 0.5,  # T1021.001 remote desktop
        "tcp/135": 0.4,  # T1021.003 DCOM, T1047 WMI
        "tcp/5985": 0.4,  # T1021.006 WinRM
        "tcp/5986": 0.4,  # T1021.006
        "tcp/22": 0.3,  # T1021.004 SSH
        "tcp/23": 0.3,  # T1078 valid accounts, in clear
        "tcp/5900": 0.3,  # T1021.005 VNC
        "tcp/2049": 0.2,  # T1080 tainted shared content, NFS
        "tcp/21": 0.1,  # T1570 lateral tool transfer
        # Directories: stolen tickets and hashes.
        "tcp/88": 0.1,  # T1550.003 pass the ticket
        "tcp/389": 0.1,  # T1550.002 pass the hash
        "tcp/636": 0.1,
        "tcp/3268": 0.1,
        # Web and databases: a fault in the service must be found first (T1210).
        "tcp/80": 0.1,
        "tcp/443": 0.1,
        "tcp/8080": 0.1,
        "tcp/8443": 0.1,
        "tcp/1433": 0.1,
        "tcp/1521": 0.1,
        "tcp/3306": 0.1,
        "tcp/5432": 0.1,
        # Printing, and the protocols of equipment (T0866).
        "tcp/515": 0.02,
        "tcp/631": 0.02,
        "tcp/9100": 0.02,
        "tcp/102": 0.02,
        "tcp/502": 0.02,
        "tcp/4840": 0.02,
        "udp/47808": 0.02,
        # Medical: images (DICOM) and messages (HL7).
        "tcp/104": 0.01,
        "tcp/2762": 0.01,
        "tcp/11112": 0.01,
        "tcp/2575": 0.01,
        # Names, time, logs.
        "udp/53": 0.01,
        "tcp/53": 0.01,
        "udp/123": 0.01,
        "udp/161": 0.02,
        "udp/514": 0.01,
        "icmp": 0.001,
    }
)
"""Crossings per hour through one open service, by one foothold on one side."""

UNLISTED_RATE = 0.05
"""Of a service that the table does not hold: between the web and printing."""

UNSTATED_RATE = 0.6
"""Of a conduit whose services nobody wrote: taken as an office network, file sharing and web."""

LIFELINE_SHARE = 0.2
"""A lifeline flow joins two named machines in place of two whole zones: fewer places to stand on."""

_TOLERANCE = 1e-12
_NO_SERVICE: frozenset[str] = frozenset()


class HourlyRates(NamedTuple):
    """Crossings per hour with the door open, and at level lifeline."""

    open: float
    lifeline: float


def service_rate(service: str) -> float:
    """Give the rate of one service, as the map writes it ("tcp/443"); letter case does not count."""
    return SERVICE_RATES.get(service.strip().lower(), UNLISTED_RATE)


def conduit_rates(hospital: Hospital) -> tuple[HourlyRates | None, ...]:
    """Give each conduit's rates, in the map's order; None where a `spread` table stands in their place.

    Rates written in the map are taken as they are. Otherwise the rate when open is the sum over the
    services, since each is one more independent way across; at level lifeline only the lifeline flows
    pass, each `LIFELINE_SHARE` of its service, and never more than when open.
    """
    lifelines: dict[ConduitId, set[str]] = {}
    for flow in hospital.flows:
        if flow.lifeline:
            for conduit in flow.via:
                lifelines.setdefault(conduit, set()).add(flow.service.strip().lower())
    vital = {conduit: frozenset(services) for conduit, services in lifelines.items()}
    return tuple(_rates(conduit, vital.get(conduit.id, _NO_SERVICE)) for conduit in hospital.conduits)


def crossing_probabilities(hospital: Hospital, horizon_hours: float) -> Probabilities:
    """Give the probability that an intruder crosses each conduit within the horizon, by level.

    With rates and τ = min(close_minutes / 60, H): 1 - exp(-λ_open·H) open,
    1 - exp(-(λ_open·τ + λ_lifeline·(H - τ))) at lifeline, 1 - exp(-λ_open·τ) closed: until the door has
    moved, the intruder runs free.

    Args:
        hospital: the map.
        horizon_hours: H, hours.

    Returns:
        (C, 3) in [0, 1], columns as `LEVELS`, never rising from left to right.

    Raises:
        BadValueError: a probability outside [0, 1], a negative rate, or a door that would help the intruder.
    """
    count = len(hospital.conduits)
    chances = np.zeros((count, len(LEVELS)))
    rates = conduit_rates(hospital)
    rated = np.array([place for place, rate in enumerate(rates) if rate is not None], dtype=np.intp)
    opened, lifeline = np.array([rate for rate in rates if rate is not None], dtype=np.float64).reshape(-1, 2).T
    acting = np.array([closing_hours(hospital.conduits[place], horizon_hours) for place in rated], dtype=np.float64)
    right = np.ones(count, dtype=np.bool_)
    right[rated] = (np.minimum(opened, lifeline) >= 0.0) & (acting >= 0.0)
    exposures = opened * horizon_hours, opened * acting + lifeline * (horizon_hours - acting), opened * acting
    chances[rated] = -np.expm1(-np.stack(exposures, axis=1))
    for place, conduit in enumerate(hospital.conduits):
        if conduit.spread is not None:
            chances[place] = conduit.spread.open, conduit.spread.lifeline, conduit.spread.closed
    right &= (chances[:, 0] <= 1.0) & (chances[:, -1] >= 0.0)
    right &= (chances[:, :-1] >= chances[:, 1:] - _TOLERANCE).all(axis=1)
    for place in np.flatnonzero(~right)[:1]:
        _refuse(hospital.conduits[place])
    return chances


def closing_hours(conduit: Conduit, horizon_hours: float) -> float:
    """Give τ: the hours until the conduit's door has moved, no more than the horizon."""
    return min(conduit.close_minutes / 60.0, horizon_hours)


def _rates(conduit: Conduit, lifeline_services: frozenset[str]) -> HourlyRates | None:
    if conduit.spread is not None:
        return None
    if conduit.spread_per_hour is not None:
        return HourlyRates(conduit.spread_per_hour.open, conduit.spread_per_hour.lifeline)
    return _service_rates(conduit.services, lifeline_services)


@lru_cache(maxsize=4096)
def _service_rates(services: tuple[str, ...], lifeline_services: frozenset[str]) -> HourlyRates:
    """Add up the rates; passages of one hospital repeat a few sets of services."""
    named = {service.strip().lower() for service in services}
    open_rate = sum(map(service_rate, sorted(named))) if named else UNSTATED_RATE
    lifeline_rate = LIFELINE_SHARE * sum(map(service_rate, sorted(lifeline_services)))
    return HourlyRates(open_rate, min(lifeline_rate, open_rate))


def _refuse(conduit: Conduit) -> NoReturn:
    raise BadValueError(
        say("this passage's spread is impossible: a door that shuts must not make a crossing more likely"),
        fix=say("write rates of 0 or more, or probabilities from 0 to 1, that fall from open to lifeline to closed"),
        where=f"conduit:{conduit.id}",
    )
