"""What a case teaches (RETEX): its moments, how long each step took, beside what hospitals set themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cloison.model.case import Case
from cloison.model.crisis import Decision, DecisionKind, Motion
from cloison.model.noun import noun
from cloison.model.sealing import DoorState, Proof
from cloison.words import Sentence, say


@noun
class Lap:
    """One step of the clock.

    Attributes:
        at: when it came to pass; None: it did not.
        took: since the step that it follows; None: nothing to count from.
        wanted: how long it should take at most; None: nobody set it.
    """

    what: Sentence
    at: datetime | None
    took: timedelta | None
    wanted: timedelta | None


@noun
class Lessons:
    """A case told afterwards.

    Attributes:
        laps: in their order.
        sealed: doors that were ever shut, proved: of those, proved closed.
        care_lost_if_sealed, care_lost_if_nothing: as the plan that was approved foresaw, care-hours.
    """

    laps: tuple[Lap, ...]
    sealed: int
    proved: int
    care_lost_if_sealed: float | None
    care_lost_if_nothing: float | None


def lessons(case: Case, decisions: Sequence[Decision]) -> Lessons:
    """Read the clock of a case from its decisions.

    What each step should take is the clock of an attack in shared facts of hospitals that went through one: noticed
    within 16 h of the first act, backups apart within 15 min, decided within 30 min, doors shut within 15 min of that.
    """

    def first(kind: DecisionKind, *motions: Motion) -> datetime | None:
        return next(
            (each.at for each in decisions if each.kind is kind and (not motions or each.motion in motions)), None
        )

    noticed, approved = case.incident.opened_at or case.opened_at, first(DecisionKind.APPROVE)
    backups = next(
        (each.at for each in decisions if each.kind is DecisionKind.APPROVE and each.choice == "backups"), None
    )
    shut = first(DecisionKind.MOVED, Motion.SEAL)
    opened = [
        each.at for each in decisions if each.kind is DecisionKind.MOVED and each.motion in {Motion.OPEN, Motion.UNDO}
    ]
    closed = first(DecisionKind.CLOSE)
    begun = case.incident.first_act
    laps = (
        Lap(what=say("first act of the intruder"), at=begun, took=None, wanted=None),
        _lap(say("first alert, by the records' own time"), noticed, begun),
        # Logs that are read a month late alert nobody in time, whatever they show of the time.
        _lap(say("case opened: somebody could know"), case.opened_at, begun, hours=16),
        _lap(say("backups isolated"), backups, case.opened_at, minutes=15),
        _lap(say("plan ready"), first(DecisionKind.PLAN), case.opened_at),
        _lap(say("first approval"), approved, case.opened_at, minutes=30),
        _lap(say("doors shut and tried"), shut, approved, minutes=15),
        _lap(say("last doors opened again"), max(opened, default=None), shut),
        _lap(say("case closed"), closed, case.opened_at),
    )
    doors = {
        verdict.conduit: verdict
        for each in decisions
        if each.kind is DecisionKind.MOVED and each.motion is Motion.SEAL
        for verdict in each.verdicts
        if verdict.state in {DoorState.SHUT, DoorState.WAITING}
    }
    plan = next(
        (
            each.plan
            for each in reversed(decisions)
            if each.plan is not None and (approved is None or each.at <= approved)
        ),
        None,
    )
    return Lessons(
        laps=laps,
        sealed=len(doors),
        proved=sum(verdict.proof is Proof.CLOSED for verdict in doors.values()),
        care_lost_if_sealed=plan.sealed.care_hours if plan else None,
        care_lost_if_nothing=plan.nothing.care_hours if plan else None,
    )


def _lap(what: Sentence, at: datetime | None, since: datetime | None, *, hours: int = 0, minutes: int = 0) -> Lap:
    took = at - since if at is not None and since is not None else None
    wanted = timedelta(hours=hours, minutes=minutes) if hours or minutes else None
    return Lap(what=what, at=at, took=took, wanted=wanted)
