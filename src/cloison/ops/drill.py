"""An exercise: watch, incident, plan, approval, seal, proof, reopening, by the very code of the real thing, timed.

What differs between the range and recorded events is behind `Scene`: where records come from, which doors move, who
knows what the intruder did.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cloison.enforce.rules import rules_of
from cloison.incident.belief import ALERT, believe
from cloison.incident.hosts import Hosts
from cloison.incident.incident import open_incidents
from cloison.model.drill import Decision, Drill, DrillId, FlowCount, Milestone, Moment, Seen
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import CareService, ConduitId, Hospital, Level, ZoneId
from cloison.model.incident import Incident
from cloison.model.plan import PlanParameters, SealPlan
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.ops.approving import approve, services_cut
from cloison.ops.keeping import open_again
from cloison.ops.moving import Means
from cloison.ops.responding import make_plan
from cloison.ops.sealing import seal
from cloison.spread.suspects import suspect
from cloison.words import Sentence, say

EXERCISE = "EXERCICE"
"""Marks every line of the journal that an exercise writes, in every language."""

_PLANNING = 10.0
"""Seconds that the plan may take: on the night nobody waits for the proof of optimality."""

_ROUND = timedelta(hours=1)
"""On the clock of the story: once an hour people read the clues that called nobody. Our own guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who said yes.

    Attributes:
        at_once: it was given with the command, so its time measures nobody.
    """

    first: str
    second: str | None
    at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What people are asked to approve.

    Attributes:
        levels: passages to shut.
        cut: care activities that these doors cut: two people must say yes.
    """

    plan: SealPlan
    levels: Mapping[ConduitId, Level]
    cut: tuple[CareService, ...]


class Scene(Protocol):
    """Where an exercise takes place.

    Attributes:
        hospital: its map.
        tried: the same, with systems that the doors are tried on beside those of the map.
        means: with what its doors move.
        where: "range" or "recorded".
        speed: see `Drill`.
        notes: how it is measured.
    """

    @property
    def hospital(self) -> Hospital: ...  # noqa: D102 - told above
    @property
    def tried(self) -> Hospital: ...  # noqa: D102 - told above
    @property
    def means(self) -> Means: ...  # noqa: D102 - told above
    @property
    def where(self) -> str: ...  # noqa: D102 - told above
    @property
    def speed(self) -> float: ...  # noqa: D102 - told above
    @property
    def notes(self) -> tuple[Sentence, ...]: ...  # noqa: D102 - told above

    def look(self) -> tuple[Finding, ...]:
        """Give the findings that are new or have grown; wait a little where there is nothing to read yet."""
        ...

    def findings(self) -> tuple[Finding, ...]:
        """Give all of them."""
        ...

    def hosts(self) -> Hosts:
        """Give the machines as the records tell them."""
        ...

    def over(self) -> bool:
        """Tell whether nothing more will come."""
        ...

    def story(self, at: datetime) -> datetime:
        """Give the time of the story at a real moment."""
        ...

    def first_act(self) -> Moment | None:
        """Give the first hostile act so far; None: there was none, or nobody knows."""
        ...

    def hostile(self, finding: Finding) -> bool:
        """Tell whether a finding speaks of the intruder."""
        ...

    def deeds(self) -> int:
        """Count the hostile acts so far."""
        ...

    def shut(self, levels: Mapping[ConduitId, Level]) -> None:
        """Hear that doors have shut: what they carry counts from now on."""
        ...

    def stay(self) -> int | None:
        """Let some time pass behind shut doors; give the packets that they carried all the same, None: not counted."""
        ...

    def care(self, levels: Mapping[ConduitId, Level]) -> tuple[FlowCount, ...]:
        """Count what became of the flows' messages."""
        ...


OnMoment = Callable[[Moment, Sentence | None], None]
"""Told at each moment, with what there is to say of it."""


@dataclass(slots=True)
class Exercise:
    """One exercise under way."""

    id: DrillId
    scenario: str
    name: str
    scene: Scene
    ask: Callable[[Proposal], Approval]
    tell: OnMoment
    moments: list[Moment] = field(default_factory=list)
    seen: dict[FindingId, Seen] = field(default_factory=dict)
    decision: Decision | None = None
    verdicts: tuple[Verdict, ...] = ()
    crossed: int | None = None

    def run(self) -> Drill:
        """Hold it to its end.

        Raises:
            CloisonError: a step of the real thing refused; what it left is in the exercise's own journal.
        """
        self._mark(Milestone.BEGUN)
        incident = self._watch()
        suspicion = incident.suspicion.zones if incident else self._suspected()
        levels = self._respond(suspicion, suspected=incident is None) if suspicion else {}
        care = self.scene.care(levels)
        self._mark(Milestone.OVER)
        first = self.scene.first_act()
        if first and self._when(Milestone.FIRST_ACT) is None:
            self.moments.append(first)
        return Drill(
            id=self.id,
            scenario=self.scenario,
            name=self.name,
            hospital=self.scene.hospital.name,
            where=self.scene.where,
            speed=self.scene.speed,
            deeds=self.scene.deeds(),
            moments=tuple(sorted(self.moments, key=lambda one: (one.at, list(Milestone).index(one.milestone)))),
            seen=tuple(sorted(self.seen.values(), key=lambda one: (one.told_at, one.id))),
            decision=self.decision,
            verdicts=self.verdicts,
            care=care,
            crossed=self.crossed,
            notes=self.scene.notes,
        )

    def _watch(self) -> Incident | None:
        """Wait for an incident that is the intruder's; None: a person has read the clues before, or all is over."""
        while True:
            ending = self.scene.over()
            self._note(self.scene.look())
            first = self.scene.first_act()
            if first and self._when(Milestone.FIRST_ACT) is None:
                self.moments.append(first)
                self.tell(first, None)
            incident = self._incident()
            if incident is not None:
                self._mark(Milestone.INCIDENT, incident.title)
                return incident
            if ending or self._read():
                return None

    def _note(self, news: Sequence[Finding]) -> None:
        belief = believe()
        now = datetime.now(UTC)
        for finding in news:
            known = self.seen.get(finding.id)
            hostile = self.scene.hostile(finding)
            self.seen[finding.id] = Seen(
                id=finding.id,
                detector=finding.detector,
                technique=finding.technique,
                title=finding.title,
                told_at=known.told_at if known else now,
                detected_at=finding.detected_at,
                hostile=hostile,
                alert=belief(finding) >= ALERT,
            )
            if hostile and self._when(Milestone.FIRST_FINDING) is None:
                self._mark(Milestone.FIRST_FINDING, finding.title)

    def _incident(self) -> Incident | None:
        hostile = {one.id for one in self.seen.values() if one.hostile}
        if not hostile:
            return None
        now = self.scene.story(datetime.now(UTC))
        found = open_incidents(self.scene.findings(), self.scene.hospital, now, hosts=self.scene.hosts())
        mine = (one for one in found if hostile & set(one.findings) and one.suspicion.zones)
        return next(mine, None)

    def _read(self) -> bool:
        """Tell whether a person has read, by now, a clue that is the intruder's; records do not tell whose it is."""
        first = self._when(Milestone.FIRST_FINDING)
        late = first is not None and self.scene.story(datetime.now(UTC)) >= first.story + _ROUND
        return late and self.scene.deeds() > 0

    def _suspected(self) -> tuple[tuple[ZoneId, float], ...]:
        """Give what a person who reads the clues suspects: the machines of the strongest, be it true or false."""
        if self._when(Milestone.FIRST_FINDING) is None:
            return ()
        belief, hosts = believe(), self.scene.hosts()
        strongest = max(self.scene.findings(), key=lambda one: (belief(one), one.detected_at, one.id))
        named = [hosts.find(name, acts=True) for name in strongest.sources]
        return suspect(self.scene.hospital, [(host.zone, 1.0) for host in named if host.zone and host.ours])

    def _respond(self, suspicion: tuple[tuple[ZoneId, float], ...], *, suspected: bool) -> Mapping[ConduitId, Level]:
        """Plan, have people approve, shut, prove, open again."""
        scene = self.scene
        parameters = PlanParameters(suspicion=suspicion, time_limit_seconds=_PLANNING)
        plan = make_plan(scene.hospital, parameters)
        levels = {action.conduit: action.level for action in plan.actions}
        self.decision = Decision(
            doors=len(levels),
            at_lifeline=sum(level is Level.LIFELINE for level in levels.values()),
            care_lost_if_nothing=sum(one.lost_if_nothing for one in plan.care),
            care_lost_if_sealed=plan.sealed.care_hours,
            suspected=suspected,
        )
        self._mark(Milestone.PLAN, say("a person has read the clues and suspects a machine") if suspected else None)
        if not levels:
            return {}
        asked = Proposal(plan=plan, levels=levels, cut=services_cut(scene.hospital, levels))
        said = self.ask(asked)
        approved = approve(scene.hospital, levels, first=said.first, second=said.second)
        self.decision = replace(self.decision, first=said.first, second=said.second, at_once=said.at_once)
        self._mark(Milestone.APPROVED)
        marked = {**approved, "exercise": EXERCISE, "drill": self.id}
        self.verdicts = seal(rules_of(levels, scene.hospital), scene.tried, scene.means, approved=marked)
        scene.shut(levels)
        self._mark(Milestone.SHUT, doors_in_short(self.verdicts))
        self.crossed = scene.stay()
        self._note(scene.look())
        open_again(scene.hospital, scene.means, stage=None, approved=marked)
        self._mark(Milestone.REOPENED)
        return levels

    def _when(self, milestone: Milestone) -> Moment | None:
        return next((one for one in self.moments if one.milestone is milestone), None)

    def _mark(self, milestone: Milestone, what: Sentence | None = None) -> None:
        now = datetime.now(UTC)
        moment = Moment(milestone=milestone, at=now, story=self.scene.story(now))
        self.moments.append(moment)
        self.tell(moment, what)


def doors_in_short(verdicts: Sequence[Verdict]) -> Sentence:
    """Say how many doors are shut, and how many of them were proved closed."""
    shut = [one for one in verdicts if one.state is DoorState.SHUT]
    return say(
        "{shut} of {doors} doors are shut, {proved} proved closed",
        shut=len(shut),
        doors=len(verdicts),
        proved=sum(one.proof is Proof.CLOSED for one in shut),
    )
