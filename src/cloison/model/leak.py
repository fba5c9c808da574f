"""What crosses the compartments that nobody declared, and the ways in to care."""

from datetime import datetime
from enum import StrEnum

from cloison.model.finding import Evidence
from cloison.model.hospital import ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence


class LeakKind(StrEnum):
    """Two sorts of leak."""

    UNDECLARED = "undeclared"
    PATH = "path"


@noun
class Hop:
    """One crossing from a zone to the next, and the traffic that proves it.

    Attributes:
        service: "tcp/445".
        src: the address that opened the exchange with the most records, `dst` the other side.
        records: flows seen between the two zones for this service.
        evidence: one of them.
    """

    from_: ZoneId
    to: ZoneId
    service: str
    src: str
    dst: str
    records: int
    first: datetime
    last: datetime
    evidence: Evidence


@noun
class Leak:
    """Observed traffic that no conduit declares (one hop), or a path from an untrusted zone to care.

    Attributes:
        care_per_hour: care-hours made each hour by the services that need something in the zone reached.
        records: patient records in the zone reached.
    """

    kind: LeakKind
    from_: ZoneId
    to: ZoneId
    hops: tuple[Hop, ...]
    care_per_hour: float
    records: int
    explanation: Sentence


@noun
class Unjudged:
    """Traffic that could not be judged, and why."""

    what: Sentence
    reason: Sentence
    records: int


@noun
class LeakReport:
    """Leaks by falling risk: care first, then records, then volume."""

    leaks: tuple[Leak, ...]
    unjudged: tuple[Unjudged, ...]
