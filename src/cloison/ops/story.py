"""What one run of the main job gives: what was read, seen, suspected, and what to do."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from cloison.incident.hosts import Hosts
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident
from cloison.model.leak import LeakReport
from cloison.model.mute import Mute
from cloison.model.noun import noun
from cloison.model.plan import SealPlan
from cloison.model.reading import Refusal, Source
from cloison.model.rules import RuleSet


@noun
class Analysis:
    """What logs or captures held.

    Attributes:
        window_start: first event read, UTC; None when no record carried a time.
        window_end: last event read.
        records: observations taken, all sources together.
        sources: files read; `Evidence.origin` is an index here.
        refusals: files not read, and why.
        findings: by `detected_at`, then id.
        late: records that came after later ones and could not be put back in place; they were judged when they came.
        incidents: the most probable first; findings in none are clues that stand alone.
        rules: those that were looked for, and those that could not be.
        muted: findings that a person called normal, each with that decision.
        hosts: the names and addresses of each machine, as the records tell them.
    """

    window_start: datetime | None
    window_end: datetime | None
    records: int
    sources: tuple[Source, ...]
    refusals: tuple[Refusal, ...]
    findings: tuple[Finding, ...]
    late: int = 0
    rules: RuleSet = RuleSet()
    incidents: tuple[Incident, ...] = ()
    muted: Mapping[FindingId, Mute] = field(default_factory=dict)
    hosts: Hosts = field(default_factory=lambda: Hosts(None), compare=False)


@noun
class Earlier:
    """The plan that the same logs would have given at the moment when the clock of an attack wants a decision.

    Attributes:
        moment: T0 + 30 minutes.
        plan: made from what could be known then.
    """

    moment: datetime
    plan: SealPlan


@noun
class Story:
    """The main job end to end.

    Attributes:
        plan: None when nothing is suspected.
        earlier: None when there is no plan, or when that moment is not over in the logs.
        drill: True when what was read is an exercise.
        seconds: wall time from the first byte read to the plan.
    """

    hospital: Hospital
    analysis: Analysis
    incident: Incident
    plan: SealPlan | None
    earlier: Earlier | None
    leaks: LeakReport
    drill: bool
    seconds: float
