"""What is suspected, and why."""

from datetime import datetime

from cloison.model.finding import FindingId
from cloison.model.hospital import AssetId, ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence


@noun
class Charge:
    """One line of an asset's ledger: a finding, and what it added.

    Attributes:
        part: "source" (it acted) or "target" (it was acted upon).
        weight: probability that this alone would give.
    """

    finding: FindingId
    part: str
    weight: float
    reason: Sentence


@noun
class AssetSuspicion:
    """How likely an asset is compromised.

    Attributes:
        asset: None when the address is in no asset of the map.
        address: the address or name seen.
        zone: None when no zone of the map holds it.
        probability: 1 - Π(1 - weight) over the ledger.
    """

    asset: AssetId | None
    address: str
    zone: ZoneId | None
    probability: float
    ledger: tuple[Charge, ...]


@noun
class Suspicion:
    """q of DESIGN section 7.

    Attributes:
        assets: by falling probability, then address.
        zones: zone -> 1 - Π(1 - q[a]) over its suspected assets; zones at zero are left out.
    """

    assets: tuple[AssetSuspicion, ...]
    zones: tuple[tuple[ZoneId, float], ...]


@noun
class Incident:
    """One intrusion: its findings in time order and what they make suspect.

    Attributes:
        opened_at: detection of the first finding (T0); None when there is nothing to open.
        first_act: start of the earliest act.
    """

    opened_at: datetime | None
    first_act: datetime | None
    findings: tuple[FindingId, ...]
    suspicion: Suspicion
