"""What the Situation page shows of a case: doors as lines that people read, choices as cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.plan import Action, Alternative, Weighing
from cloison.model.sealing import Proof
from cloison.ops.approving import backup_levels, services_cut
from cloison.ops.crisis_choices import BACKUPS, listed
from cloison.ops.crisis_desk import Desk, View, digest
from cloison.ops.crisis_doors import Progress
from cloison.ops.crisis_motion import exceeded
from cloison.ops.crisis_work import Worker
from cloison.spread.suspects import suspect as by_zone
from cloison.ui.web.console import Console
from cloison.ui.web.ship import Ship, ship_of
from cloison.ui.web.steps import Step, steps_of
from cloison.words import Sentence, say

PROGRESS: Mapping[Progress, Sentence] = {
    Progress.ASKED: say("asked"),
    Progress.REACHING: say("reaching the device"),
    Progress.SHUTTING: say("shutting"),
    Progress.TRYING: say("being tried"),
    Progress.CONFIRMING: say("being confirmed"),
    Progress.OPENING: say("opening"),
    Progress.TAKEN_BACK: say("being taken back"),
    Progress.SHUT: say("shut"),
    Progress.WAITING: say("to shut by hand"),
    Progress.ROLLED_BACK: say("opened again: a lifeline had broken"),
    Progress.FAILED: say("not shut"),
    Progress.DOUBTFUL: say("in doubt: go and look"),
    Progress.OPENED: say("open again"),
    Progress.LAPSED: say("no longer shut"),
}
"""What people read of a door on its way."""

MOVING = frozenset(
    {
        Progress.ASKED,
        Progress.REACHING,
        Progress.SHUTTING,
        Progress.TRYING,
        Progress.CONFIRMING,
        Progress.OPENING,
        Progress.TAKEN_BACK,
    }
)
WRONG = frozenset({Progress.ROLLED_BACK, Progress.FAILED, Progress.DOUBTFUL, Progress.LAPSED})
HELD = frozenset({Progress.SHUT, Progress.WAITING, Progress.DOUBTFUL})

_DESKS: WeakKeyDictionary[Console, Desk] = WeakKeyDictionary()


def desk_of(console: Console) -> Desk:
    """Give the desk of a console, the same for all its pages."""
    if console not in _DESKS:
        _DESKS[console] = Desk(
            home=console.home,
            database=console.database,
            hospital=console.map_on_disk.hospital,
            clock=console.clock,
            worker=Worker(),
        )
    return _DESKS[console]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One door, as a person follows it.

    Attributes:
        conduits: that it shuts.
        progress: None: it has not moved.
        pin: "open" or "shut": what a person wants whatever the plan; empty: nothing.
        evidence: what the latest verdict rests on.
        lapses: when it opens by itself unless Cloison lives, UTC.
    """

    step: Step
    conduits: tuple[ConduitId, ...]
    progress: Progress | None
    since: datetime | None
    proof: Proof | None
    evidence: tuple[Sentence, ...]
    lapses: datetime | None
    pin: str

    @property
    def look(self) -> str:
        """Name how its sign is drawn: "moving", "proved", "failed" or nothing."""
        if self.progress in MOVING:
            return "moving"
        if self.progress in WRONG or self.proof is Proof.LEAKING:
            return "failed"
        return "proved" if self.progress is Progress.SHUT and self.proof is Proof.CLOSED else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One choice.

    Attributes:
        alternative: as the plan weighed it; None for the backups, and when there was no time to weigh choices.
        care_hours: lost in all with it; None for the backups, which no plan weighed.
        records: patient records exposed.
        doors: passages that it shuts.
        stopped, degraded: names of the care services that the doors alone put out.
        beyond: what they go beyond that one person may do alone.
        two: a second person must approve.
        seen: digest of the doors, sent back with the approval.
    """

    name: str
    alternative: Alternative | None
    care_hours: float | None
    records: float | None
    doors: int
    stopped: tuple[str, ...]
    degraded: tuple[str, ...]
    beyond: tuple[Sentence, ...]
    two: bool
    seen: str


def levels_shown(view: View, choice: str) -> Mapping[ConduitId, Level]:
    """Give the doors that a choice shuts; those of the plan when there is no such choice."""
    if choice == BACKUPS:
        return backup_levels(view.hospital)
    return dict(listed(view.standing.plan).get(choice, ()))


def lines_of(view: View, levels: Mapping[ConduitId, Level]) -> tuple[Line, ...]:
    """List doors in the map's order, those that are held by now too, whatever the choice."""
    held = {
        name: view.life.shut[name].door.level
        for name, door in view.doors.items()
        if door.progress in HELD and name in view.life.shut
    }
    waiting = {name: placed.door.level for name, placed in view.life.waiting.items()}
    under_way = {door.conduit: levels.get(door.conduit, Level.CLOSED) for door in view.run.doors} if view.run else {}
    shown = {**(under_way if view.moving or view.cut_short else {}), **levels, **held, **waiting}
    verdicts = {verdict.conduit: verdict for verdict in view.standing.verdicts}
    found = []
    for step, actions in steps_of(view.hospital, actions_of(view.hospital, shown)):
        names = tuple(action.conduit for action in actions)
        doors = [view.doors[name] for name in names if name in view.doors]
        worst = max(doors, key=lambda door: _WORST.index(door.progress), default=None)
        evidence = [sentence for name in names if name in verdicts for sentence in verdicts[name].evidence]
        lapses = [view.life.shut[name].lapses for name in names if name in view.life.shut]
        found.append(
            Line(
                step=step,
                conduits=names,
                progress=worst.progress if worst else None,
                since=worst.since if worst else None,
                proof=worst.proof if worst else None,
                evidence=tuple(dict.fromkeys(evidence)),
                lapses=min((each for each in lapses if each), default=None),
                pin=_pin(view, names),
            )
        )
    return tuple(found)


_WORST = (
    Progress.OPENED,
    Progress.SHUT,
    Progress.ASKED,
    Progress.REACHING,
    Progress.SHUTTING,
    Progress.TRYING,
    Progress.CONFIRMING,
    Progress.OPENING,
    Progress.TAKEN_BACK,
    Progress.WAITING,
    Progress.ROLLED_BACK,
    Progress.LAPSED,
    Progress.FAILED,
    Progress.DOUBTFUL,
)
"""Of passages that move together, the one that stands last here speaks for their door."""


def _pin(view: View, names: Sequence[ConduitId]) -> str:
    if set(names) & set(view.standing.keep_open):
        return "open"
    return "shut" if set(names) & set(view.standing.shut) else ""


def actions_of(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> tuple[Action, ...]:
    """Give the actions that shut these passages, in the map's order; what nothing can shut is left out."""
    return tuple(
        Action(
            conduit=conduit.id,
            level=levels[conduit.id],
            enforced_by=conduit.enforced_by,
            close_minutes=conduit.close_minutes,
            door=conduit.door,
        )
        for conduit in hospital.conduits
        if conduit.enforced_by is not None and levels.get(conduit.id, Level.OPEN) is not Level.OPEN
    )


def cards_of(view: View, now: datetime) -> tuple[Card, ...]:
    """Give the choices of the plan, in its own order."""
    plan = view.standing.plan
    weighed = {each.name: each for each in plan.alternatives} if plan else {}
    return tuple(
        _card(
            view,
            name,
            dict(levels),
            now,
            alternative=weighed.get(name),
            weighing=weighed[name].weighing if weighed else plan.sealed,
        )
        for name, levels in listed(plan).items()
        if plan is not None
    )


def backup_card(view: View, now: datetime) -> Card:
    """Give the "bouton rouge"."""
    return _card(view, BACKUPS, backup_levels(view.hospital), now)


def _card(
    view: View,
    name: str,
    levels: Mapping[ConduitId, Level],
    now: datetime,
    *,
    alternative: Alternative | None = None,
    weighing: Weighing | None = None,
) -> Card:
    cut = services_cut(view.hospital, levels)
    over = exceeded(view, tuple(levels.items()), now)
    holds = {service.id for service in cut if service.degraded.capacity > 0.0 and service.degraded.hours > 0.0}
    return Card(
        name=name,
        alternative=alternative,
        care_hours=weighing.care_hours if weighing else None,
        records=weighing.records if weighing else None,
        doors=len(levels),
        stopped=tuple(service.name for service in cut if service.id not in holds),
        degraded=tuple(service.name for service in cut if service.id in holds),
        beyond=over,
        two=bool(cut) or bool(over),
        seen=digest(tuple(levels.items())),
    )


def ship_of_view(view: View, levels: Mapping[ConduitId, Level]) -> Ship:
    """Draw the ship as it is, with the doors that a choice would shut."""
    held = {name: placed.door.level for name, placed in view.life.shut.items()}
    proved = {
        name for name, door in view.doors.items() if door.progress is Progress.SHUT and door.proof is Proof.CLOSED
    }
    return ship_of(view.hospital, by_zone(view.hospital, view.suspicion), {**levels, **held}, proved)
