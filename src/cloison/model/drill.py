"""What an exercise gave: when each barrier was passed, what care lost meanwhile, and what stayed open."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

from cloison.model.finding import Barrier, FindingId, Technique
from cloison.model.hospital import FlowId
from cloison.model.noun import noun
from cloison.model.sealing import Verdict
from cloison.words import Sentence

DrillId = NewType("DrillId", str)


class Milestone(StrEnum):
    """The moments of an exercise, in their order."""

    BEGUN = "begun"
    FIRST_ACT = "first-act"
    FIRST_FINDING = "first-finding"
    INCIDENT = "incident"
    PLAN = "plan"
    APPROVED = "approved"
    SHUT = "shut"
    REOPENED = "reopened"
    OVER = "over"


BARRIER_OF = {
    Milestone.FIRST_ACT: Barrier.ENTRY,
    Milestone.FIRST_FINDING: Barrier.INFILTRATION,
    Milestone.INCIDENT: Barrier.INFILTRATION,
    Milestone.PLAN: Barrier.SPREAD,
    Milestone.APPROVED: Barrier.SPREAD,
    Milestone.SHUT: Barrier.SPREAD,
    Milestone.REOPENED: Barrier.RECOVERY,
}
"""The barrier that each moment measures; care counted meanwhile measures the degraded mode."""


@noun
class Moment:
    """When something came to pass.

    Attributes:
        at: real time, UTC.
        story: on the clock of the story, UTC.
    """

    milestone: Milestone
    at: datetime
    story: datetime


@noun
class Seen:
    """One finding of the exercise.

    Attributes:
        told_at: real time at which the watch told it, UTC.
        detected_at: its own, on the clock of the story.
        hostile: it speaks of a machine that the intruder held by then; False: a false alarm.
        alert: it is believed enough to open an incident.
    """

    id: FindingId
    detector: str
    technique: Technique
    title: Sentence
    told_at: datetime
    detected_at: datetime
    hostile: bool
    alert: bool


@noun
class FlowCount:
    """What became of one flow's messages, from the beginning to the reopening.

    Attributes:
        vital: it passes a door at level lifeline.
        cut: the plan closed its way, or left it open to lifelines only.
        delayed: acknowledged after more than one try.
        slowest: seconds from the first try to the acknowledgement.
    """

    flow: FlowId
    vital: bool
    cut: bool
    sent: int
    acknowledged: int
    lost: int
    delayed: int
    slowest: float


@noun
class Decision:
    """What was proposed and who said yes.

    Attributes:
        doors: passages to shut, and of those, how many keep their vital flows.
        care_lost_if_nothing, care_lost_if_sealed: care-hours, as the plan foresees.
        first, second: who approved.
        at_once: the approval was given with the command: its time measures no person.
        suspected: no incident was opened: a person who read the clues suspected what the strongest of them names.
    """

    doors: int
    at_lifeline: int
    care_lost_if_nothing: float
    care_lost_if_sealed: float
    first: str | None = None
    second: str | None = None
    at_once: bool = False
    suspected: bool = False


@noun
class Drill:
    """One exercise, told afterwards. Everything in it is an exercise.

    Attributes:
        scenario: id of the scenario, or the name of what was read.
        where: "range", or "recorded".
        speed: how many times faster than the story; 1 where recorded events were read.
        deeds: what the intruder did, hostile acts only; 0 where nobody knows.
        moments: in order; one that is missing did not come to pass.
        decision: None when nothing was proposed.
        crossed: packets that shut doors let through afterwards, other than of vital flows; None where none are counted.
        notes: what a reader must know of how this was measured.
    """

    id: DrillId
    scenario: str
    name: str
    hospital: str
    where: str
    speed: float
    deeds: int
    moments: tuple[Moment, ...]
    seen: tuple[Seen, ...]
    decision: Decision | None
    verdicts: tuple[Verdict, ...]
    care: tuple[FlowCount, ...]
    crossed: int | None
    notes: tuple[Sentence, ...] = ()

    def when(self, milestone: Milestone) -> Moment | None:
        """Give a moment; None: it did not come to pass."""
        return next((one for one in self.moments if one.milestone is milestone), None)

    def real_seconds(self, earlier: Milestone, later: Milestone) -> float | None:
        """Give the real time between two moments, seconds; None: one did not come to pass."""
        first, last = self.when(earlier), self.when(later)
        return (last.at - first.at).total_seconds() if first and last else None

    def story_seconds(self, earlier: Milestone, later: Milestone) -> float | None:
        """Give the same on the clock of the story."""
        first, last = self.when(earlier), self.when(later)
        return (last.story - first.story).total_seconds() if first and last else None
