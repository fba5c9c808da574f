"""Where every door stands, told from the journal alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cloison.model.hospital import ConduitId
from cloison.model.sealing import DoorRules, PointRules, Record, SealId, Step
from cloison.words import Sentence, say

STEPS: Mapping[Step, Sentence] = {
    Step.ARM: say("arming"),
    Step.APPROVE: say("approval in advance"),
    Step.BEGIN: say("approval"),
    Step.STAGE: say("looking at the devices"),
    Step.APPLY: say("shutting"),
    Step.VERIFY: say("trying the doors"),
    Step.CONFIRM: say("confirming"),
    Step.REVERT: say("taking doors back"),
    Step.OPEN: say("opening"),
    Step.END: say("end"),
}
"""What people read for a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A door at its point.

    Attributes:
        lapses: when it opens by itself, UTC; None: it does not.
    """

    point: PointRules
    door: DoorRules
    lapses: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Underway:
    """A seal, or a reopening, that has begun and not ended.

    Attributes:
        rules: its whole intent.
        last: its last step, and whether that step was over.
        touched: points that were, or may have been, asked to shut doors.
        proved: doors that the trials let be confirmed; None: the trials were not over.
        opening: doors that were to be opened.
    """

    seal: SealId
    rules: tuple[PointRules, ...]
    last: tuple[Step, bool]
    touched: set[str] = field(default_factory=set)
    proved: set[ConduitId] | None = None
    opening: set[ConduitId] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Life:
    """What the journal says.

    Attributes:
        shut: doors that are confirmed.
        waiting: doors that a person was asked to shut by hand.
        underway: what was cut short; None: nothing.
    """

    shut: dict[ConduitId, Placed] = field(default_factory=dict)
    waiting: dict[ConduitId, Placed] = field(default_factory=dict)
    underway: Underway | None = None


def life_of(records: Sequence[Record]) -> Life:
    """Fold the journal: a step that was begun counts as perhaps done, one that is over as done."""
    life = Life()
    known: dict[ConduitId, Placed] = {}
    for record in records:
        if record.step is Step.BEGIN and record.seal is not None:
            life.underway = Underway(seal=record.seal, rules=record.rules, last=(Step.BEGIN, True))
            for point in record.rules:
                known.update({door.conduit: Placed(point=point, door=door) for door in point.doors})
            continue
        if life.underway is not None and record.seal == life.underway.seal:
            _follow(life.underway, record)
        if record.done:
            _settle(life, known, record)
        if record.step is Step.END:
            life.underway = None
    return life


def _follow(underway: Underway, record: Record) -> None:
    underway.last = (record.step, record.done)
    if record.step is Step.APPLY and record.point is not None:
        underway.touched.add(record.point)
    if record.step is Step.VERIFY and record.done:
        underway.proved = set(record.doors)
    if record.step is Step.REVERT and underway.proved is not None:
        underway.proved -= set(record.doors)
    if record.step is Step.OPEN:
        underway.opening |= set(record.doors)


def _settle(life: Life, known: dict[ConduitId, Placed], record: Record) -> None:
    """Count a step that is over."""
    said = dict(record.said)
    for conduit in record.doors:
        if record.step is Step.CONFIRM:
            placed = known[conduit]
            lapses = datetime.fromisoformat(said["lapses"]) if "lapses" in said else None
            life.shut[conduit] = Placed(point=placed.point, door=placed.door, lapses=lapses)
            life.waiting.pop(conduit, None)
        elif record.step in {Step.REVERT, Step.OPEN}:
            life.shut.pop(conduit, None)
            life.waiting.pop(conduit, None)
        elif record.step is Step.APPLY and "by-hand" in said:
            life.waiting[conduit] = known[conduit]
