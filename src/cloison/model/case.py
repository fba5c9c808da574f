"""An incident as people work on it: what is suspected, in a folder that keeps its name."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

from cloison.model.finding import Finding
from cloison.model.incident import Incident
from cloison.model.noun import noun

CaseId = NewType("CaseId", str)


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@noun
class Case:
    """One incident, followed.

    Attributes:
        id: never changes, even when an earlier alert joins the incident.
        incident: as last judged.
        findings: its alerts and the clues that support it, with their evidence.
        places: (origin, file) for each origin that the evidence names.
        opened_at: when Cloison, or a person, opened it.
        changed_at: when what it tells last changed.
        drill: an exercise.
        opened_by: "watch", "analyze", or a person's login.
        merged_into: the case that took it over.
    """

    id: CaseId
    incident: Incident
    findings: tuple[Finding, ...]
    places: tuple[tuple[int, str], ...]
    status: CaseStatus
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    drill: bool = False
    opened_by: str = "watch"
    merged_into: CaseId | None = None
