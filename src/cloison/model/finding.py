"""What the detectors say, and the barrier each belongs to."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from cloison.model.noun import noun
from cloison.words import Sentence

FindingId = NewType("FindingId", str)
Technique = NewType("Technique", str)
"""An ATT&CK technique id, "T1021.002"."""


class Barrier(StrEnum):
    """Reason's slices (DESIGN section 3)."""

    ENTRY = "entry"
    INFILTRATION = "infiltration"
    SPREAD = "spread"
    DEGRADED = "degraded"
    RECOVERY = "recovery"


@noun
class Evidence:
    """One record that shows a finding.

    Attributes:
        origin: index of the file in the reading's sources.
        record: 1-based place in that file.
        note: what that record shows.
    """

    origin: int
    record: int
    note: Sentence


@noun
class Finding:
    """An intruder's likely movement, as one detector sees it: one per host and behaviour.

    Attributes:
        technique: the chief one, by which it is named and joined to others.
        also: the other techniques that the same acts show.
        confidence: 0 to 1, the detector's own estimate that this is hostile.
        sources: addresses or names of the acting hosts.
        targets: addresses or names acted upon, sorted.
        first_seen: start of the first act.
        last_seen: end of the last act.
        detected_at: event time at which the live detector would have fired.
    """

    id: FindingId
    detector: str
    technique: Technique
    barrier: Barrier
    title: Sentence
    explanation: Sentence
    confidence: float
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    detected_at: datetime
    evidence: tuple[Evidence, ...]
    also: tuple[Technique, ...] = ()

    @property
    def techniques(self) -> tuple[Technique, ...]:
        """Every technique shown, the chief one first."""
        return (self.technique, *self.also)


def finding_id(detector: str, source: str, detected_at: datetime) -> FindingId:
    """Name a finding: the same detector, host and moment always give the same id."""
    text = f"{detector}|{source}|{detected_at.isoformat()}"
    return FindingId(sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12])
