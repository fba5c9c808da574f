"""The map: zones, assets, conduits, flows, care services. The file it comes from is DESIGN section 6."""

from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Literal, NewType, TypeAlias, Union

from cloison.model.noun import noun, noun_written_as

ZoneId = NewType("ZoneId", str)
AssetId = NewType("AssetId", str)
EnforcementPointId = NewType("EnforcementPointId", str)
ConduitId = NewType("ConduitId", str)
DoorId = NewType("DoorId", str)
FlowId = NewType("FlowId", str)
CareServiceId = NewType("CareServiceId", str)

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


class ZoneKind(StrEnum):
    """What lives in a zone (IEC 62443 zones, named after a hospital's usual compartments)."""

    INTERNET = "internet"
    SUPPLIER = "supplier"
    OFFICE = "office"
    IDENTITY = "identity"
    SERVER = "server"
    CARE = "care"
    BIOMEDICAL = "biomedical"
    OT = "ot"
    BACKUP = "backup"
    MANAGEMENT = "management"


OUTSIDE = frozenset({ZoneKind.INTERNET, ZoneKind.SUPPLIER})
"""Kinds of zone that the hospital does not run."""


class Level(StrEnum):
    """How far a door is shut."""

    OPEN = "open"
    LIFELINE = "lifeline"
    CLOSED = "closed"


@noun
class Learned:
    """What traffic showed of an entry that a machine proposed, or saw again.

    An entry without it was written by a person, and no machine changes it.

    Attributes:
        first: first record seen, UTC.
        last: last record seen, UTC.
        records: how many records.
        bytes_: payload in both directions.
        because: the observations that say so, in words, with file and record.
    """

    first: datetime
    last: datetime
    records: int
    bytes_: int = 0
    because: tuple[str, ...] = ()


@noun
class Zone:
    """A compartment (IEC 62443 zone).

    Attributes:
        patient_records: records that an intruder in this zone can read.
    """

    id: ZoneId
    name: str
    kind: ZoneKind
    networks: tuple[Network, ...] = ()
    patient_records: int = 0
    learned: Learned | None = None


@noun
class Asset:
    """A system: one machine or appliance, in one zone."""

    id: AssetId
    name: str
    zone: ZoneId
    addresses: tuple[Address, ...] = ()
    role: str | None = None
    learned: Learned | None = None


@noun
class EnforcementPoint:
    """What can shut doors (NIST SP 800-207 policy enforcement point).

    Attributes:
        driver: a driver's name, or "manual" (a person, a cable).
        address: where the device answers, as its driver writes it: "ssh:cloison@10.90.0.1".
        place: where it stands, for whoever must walk there.
        person: the role of the person who can act on it.
    """

    id: EnforcementPointId
    driver: str
    address: str | None = None
    place: str | None = None
    person: str | None = None


@noun
class SpreadRates:
    """Rates per hour at which a foothold crosses a conduit, by level of its door."""

    open: float
    lifeline: float


@noun
class SpreadProbabilities:
    """Probability of crossing within the horizon, by level of the conduit's door."""

    open: float
    lifeline: float
    closed: float


@noun
class Conduit:
    """A passage from one zone to another (IEC 62443 conduit), one way.

    Attributes:
        services: what may pass, "tcp/443"; empty when nobody said.
        enforced_by: the point that can shut it; None: it stays open.
        close_minutes: time to act, once decided.
        door: conduits with the same door move together.
        spread_per_hour: rates; None: from `services`.
        spread: probabilities within the horizon, in place of rates.
    """

    id: ConduitId
    from_: ZoneId
    to: ZoneId
    services: tuple[str, ...] = ()
    enforced_by: EnforcementPointId | None = None
    close_minutes: float = 0.2
    door: DoorId | None = None
    spread_per_hour: SpreadRates | None = None
    spread: SpreadProbabilities | None = None
    learned: Learned | None = None


@noun
class Flow:
    """A use of conduits by one service.

    Attributes:
        via: the conduits it crosses.
        lifeline: it passes a door at level lifeline.
    """

    id: FlowId
    via: tuple[ConduitId, ...]
    service: str
    lifeline: bool = False
    learned: Learned | None = None


@noun_written_as({"of": "all"})
class AllOf:
    """Needs every one of these."""

    of: tuple["Needs", ...]


@noun_written_as({"of": "any"})
class AnyOf:
    """Needs at least one of these."""

    of: tuple["Needs", ...]


Needs: TypeAlias = Union[str, AllOf, AnyOf]
"""A leaf `asset:ID`, `zone:ID`, `flow:ID` or `care_service:ID`, or a nest of them."""


@noun
class Degraded:
    """The degraded mode of a care service.

    Attributes:
        capacity: share of care kept without its systems, 0 to 1.
        hours: for how long.
    """

    capacity: float = 0.0
    hours: float = 0.0


@noun
class CareService:
    """A care activity.

    Attributes:
        care_per_hour: care-hours made per hour when all is well.
        restore_hours: to come back when something it needs is compromised.
        max_loss_hours: of typing that may be lost, at most (PDMA, RPO); None: nobody said.
        needs: None: it needs no system.
    """

    id: CareServiceId
    name: str
    care_per_hour: float
    degraded: Degraded = Degraded()
    restore_hours: float = 0.0
    max_loss_hours: float | None = None
    needs: Needs | None = None


@noun_written_as(
    {
        "zones": "zone",
        "assets": "asset",
        "enforcement_points": "enforcement_point",
        "conduits": "conduit",
        "flows": "flow",
        "care_services": "care_service",
    }
)
class Hospital:
    """The whole map."""

    format: Literal[1] = 1
    name: str
    finess: str | None = None
    zones: tuple[Zone, ...] = ()
    assets: tuple[Asset, ...] = ()
    enforcement_points: tuple[EnforcementPoint, ...] = ()
    conduits: tuple[Conduit, ...] = ()
    flows: tuple[Flow, ...] = ()
    care_services: tuple[CareService, ...] = ()
