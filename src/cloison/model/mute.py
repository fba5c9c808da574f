"""What a person called normal, why, and until when."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from cloison.model.finding import Finding, FindingId, Technique
from cloison.model.noun import noun

MuteId = NewType("MuteId", str)


class Scope(StrEnum):
    """How far "normal" reaches; docs/incidents.md."""

    PAIR = "pair"
    HOST = "host"
    DETECTOR = "detector-on-host"
    EVERYWHERE = "everywhere"


@noun
class Mute:
    """A decision that an alert told of something normal. Who took it is not kept.

    Attributes:
        finding: the alert it was taken from.
        behaviour: what the finding was called, see `behaviour_of`.
        confidence: of the alert: stronger ones are not covered.
        sources, targets: names and addresses as the alert gave them.
        reason: why it is normal, in a person's words.
        since, until: from the decision to its end, UTC.
    """

    id: MuteId
    finding: FindingId
    scope: Scope
    detector: str
    technique: Technique
    behaviour: str
    confidence: float
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    reason: str
    since: datetime
    until: datetime


def behaviour_of(finding: Finding) -> str:
    """Give what a finding is called, apart from machines and counts: its title's template, and the rule's name."""
    rule = dict(finding.title.values).get("rule")
    return finding.title.template if rule is None else f"{finding.title.template} {rule}"


def mute(finding: Finding, *, scope: Scope, reason: str, since: datetime, until: datetime) -> Mute:
    """Take the decision; the same alert and scope always give the same id."""
    text = f"mute|{finding.id}|{scope.value}"
    return Mute(
        id=MuteId(sha256(text.encode()).hexdigest()[:12]),
        finding=finding.id,
        scope=scope,
        detector=finding.detector,
        technique=finding.technique,
        behaviour=behaviour_of(finding),
        confidence=finding.confidence,
        sources=finding.sources,
        targets=finding.targets,
        reason=reason,
        since=since,
        until=until,
    )
