"""What is suspected, and why."""

from datetime import datetime
from typing import NewType

from cloison.model.finding import Barrier, FindingId, Technique
from cloison.model.hospital import AssetId, ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence

IncidentId = NewType("IncidentId", str)


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
class Step:
    """One step of an incident's story.

    Attributes:
        at: start of the act.
        noticed_at: when it was detected.
        sources, targets: names as people know them.
    """

    finding: FindingId
    at: datetime
    noticed_at: datetime
    technique: Technique
    barrier: Barrier
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    what: Sentence


@noun
class Join:
    """Why two findings are of one intrusion.

    Attributes:
        strength: 0 to 1, faded by the time between them.
    """

    earlier: FindingId
    later: FindingId
    strength: float
    why: Sentence


@noun
class Incident:
    """One intrusion: its findings in time order and what they make suspect.

    Attributes:
        opened_at: detection of the first finding (T0); None when there is nothing to open.
        first_act: start of the earliest act.
        findings: alerts, in the order of their detection.
        id: the same as long as the first finding is; empty when all findings were taken as one.
        title: the intrusion in one line.
        last_act: end of the latest act.
        score: probability that some machine is compromised, faded since the last act.
        hosts: machines involved, the most suspect first, as people know them.
        support: clues and muted alerts that speak of the same machines; they open nothing by themselves.
        steps: the story, by the start of each act.
        joins: what made one incident of these findings, one fewer than there are alerts.
    """

    opened_at: datetime | None
    first_act: datetime | None
    findings: tuple[FindingId, ...]
    suspicion: Suspicion
    id: IncidentId = IncidentId("")
    title: Sentence | None = None
    last_act: datetime | None = None
    score: float = 0.0
    hosts: tuple[str, ...] = ()
    support: tuple[FindingId, ...] = ()
    steps: tuple[Step, ...] = ()
    joins: tuple[Join, ...] = ()
