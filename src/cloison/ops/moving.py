"""The steps of moving doors: each is in the journal before it is made and after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.driver import Device
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import ConduitId, EnforcementPoint
from cloison.model.sealing import (
    DoorRules,
    DoorState,
    PointRules,
    Prober,
    Proof,
    Record,
    SealId,
    Step,
    Structure,
    Vanishing,
    Verdict,
)
from cloison.store.journal import Journal
from cloison.words import Sentence, say

AT_ONCE = 16
"""Points asked at the same time: one that is slow does not keep the others open."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what doors are moved.

    Attributes:
        home: where the journal and the devices without memory are kept.
        probers: where doors can be tried from.
        patience: for one act of one device.
        revert_after: doors that are not confirmed by then open by themselves.
        lease: doors that fail open do so after this, unless renewed.
        listening: how long the probes listen once the doors have moved; over two keep-alives of one second.
        clock: UTC.
    """

    home: Path
    probers: tuple[Prober, ...] = ()
    patience: timedelta = timedelta(seconds=10)
    revert_after: timedelta = timedelta(seconds=120)
    lease: timedelta = timedelta(hours=1)
    listening: timedelta = timedelta(seconds=2.5)
    clock: Callable[[], datetime] = _now

    def device(self, point: EnforcementPoint) -> Device:
        """Reach a point."""
        return known_drivers()[point.driver].device(point, folder=self.home / "devices", patience=self.patience)


@dataclass(slots=True)
class Doings:
    """One seal, or one opening, while it is being carried out.

    Attributes:
        evidence: what was seen of each door.
        state: how it ended; doors without one are still on their way.
    """

    means: Means
    journal: Journal
    seal: SealId
    evidence: dict[ConduitId, list[Sentence]] = field(default_factory=dict)
    proof: dict[ConduitId, Proof] = field(default_factory=dict)
    state: dict[ConduitId, DoorState] = field(default_factory=dict)
    lapses: dict[ConduitId, datetime] = field(default_factory=dict)

    def tell(
        self,
        step: Step,
        *,
        done: bool,
        point: str | None = None,
        doors: Iterable[DoorRules] = (),
        said: Mapping[str, str] | None = None,
    ) -> None:
        """Write a step in the journal: when this returns, no power cut loses it."""
        self.journal.write(
            Record(
                at=self.means.clock(),
                step=step,
                done=done,
                seal=self.seal,
                point=point,
                doors=tuple(door.conduit for door in doors),
                said=tuple((said or {}).items()),
            )
        )

    def end(self, doors: Iterable[DoorRules], state: DoorState, *evidence: Sentence) -> None:
        """Say how doors end, and why."""
        for door in doors:
            self.state[door.conduit] = state
            self.evidence.setdefault(door.conduit, []).extend(evidence)

    def left(self, point: PointRules) -> PointRules:
        """Give the point with the doors that are still on their way."""
        return PointRules(
            point=point.point, doors=tuple(door for door in point.doors if door.conduit not in self.state)
        )

    def verdicts(self, points: Iterable[PointRules]) -> tuple[Verdict, ...]:
        """Give what is known of every door of these points."""
        return tuple(
            Verdict(
                conduit=door.conduit,
                state=self.state.get(door.conduit, DoorState.FAILED),
                proof=self._proof(door.conduit),
                evidence=tuple(self.evidence.get(door.conduit, ())),
                lapses=self.lapses.get(door.conduit),
            )
            for point in points
            for door in point.doors
        )

    def _proof(self, conduit: ConduitId) -> Proof:
        """Give what was proved of a door that is shut; of one that is not, nothing was."""
        shut = self.state.get(conduit) is DoorState.SHUT
        return self.proof.get(conduit, Proof.NOT_PROVED) if shut else Proof.NOT_PROVED


def stage(point: PointRules, structure: Structure, doings: Doings) -> None:
    """Reach the point and look at its structure for these doors, before anything moves."""
    doings.tell(Step.STAGE, done=False, point=point.point.id, doors=point.doors)
    said = "ready"
    try:
        if not doings.means.device(point.point).armed(replace(structure, doors=point.doors)):
            said = "not armed"
            doings.end(point.doors, DoorState.FAILED, unarmed(point.point))
    except (DeviceError, BadValueError) as error:
        said = str(error)
        doings.end(point.doors, DoorState.FAILED, error.problem)
    doings.tell(Step.STAGE, done=True, point=point.point.id, doors=point.doors, said={"answer": said})


def shut(point: PointRules, doings: Doings) -> None:
    """Shut all doors of a point in one change, and read them back; what is not whole is taken back."""
    if not point.doors:
        return
    doings.tell(Step.APPLY, done=False, point=point.point.id, doors=point.doors)
    said, whole = "shut", set[ConduitId]()
    try:
        device = doings.means.device(point.point)
        device.apply(point.doors, revert_after=doings.means.revert_after)
        whole = set(device.held(point.doors).whole)
        problem = say("{point} said yes, and does not hold what it was asked", point=point.point.id)
    except DeviceError as error:
        said, problem = str(error), error.problem
    failed = [door for door in point.doors if door.conduit not in whole]
    doings.tell(Step.APPLY, done=True, point=point.point.id, doors=point.doors, said={"answer": said})
    if failed:
        undo(point, failed, doings)
        doings.end(failed, DoorState.FAILED, problem)


def open_broken(point: PointRules, broken: set[ConduitId], doings: Doings) -> None:
    """Open the doors that broke a lifeline, and them alone."""
    doors = [door for door in doings.left(point).doors if door.conduit in broken]
    if doors:
        undone = undo(point, doors, doings)
        doings.end(doors, DoorState.ROLLED_BACK, *(() if undone else (unsure(doings.means),)))


def undo(point: PointRules, doors: Sequence[DoorRules], doings: Doings) -> bool:
    """Take doors back; False: the device does not answer, and will open them by itself.

    The record after the step is written only when the device was read back without them.
    """
    doings.tell(Step.REVERT, done=False, point=point.point.id, doors=doors)
    try:
        device = doings.means.device(point.point)
        device.remove(doors)
        left = device.held(doors)
        gone = not left.whole and not left.partly
    except DeviceError:
        gone = False
    if gone:
        doings.tell(Step.REVERT, done=True, point=point.point.id, doors=doors)
    return gone


def confirm(point: PointRules, doings: Doings) -> None:
    """Keep the doors of a point shut: for good, or for a lease."""
    for vanishing in Vanishing:
        doors = [door for door in point.doors if door.vanishing is vanishing]
        if not doors:
            continue
        leased = vanishing is Vanishing.FAIL_OPEN and known_drivers()[point.point.driver].leases
        lapses = doings.means.clock() + doings.means.lease if leased else None
        doings.tell(Step.CONFIRM, done=False, point=point.point.id, doors=doors)
        try:
            device = doings.means.device(point.point)
            device.confirm(doors, lease=doings.means.lease)
            whole = set(device.held(doors).whole)
            problem = held(point.point, there=False)
        except DeviceError as error:
            whole, problem = set[ConduitId](), error.problem
        kept = [door for door in doors if door.conduit in whole]
        lost = [door for door in doors if door.conduit not in whole]
        said = {"lapses": lapses.isoformat()} if lapses else {}
        doings.end(kept, DoorState.SHUT, held(point.point, there=True))
        if vanishing is Vanishing.FAIL_OPEN and not leased and not known_drivers()[point.point.driver].by_hand:
            doings.end(
                kept,
                DoorState.SHUT,
                say("{point} keeps no time: it stays shut until you open it", point=point.point.id),
            )
        doings.lapses.update({door.conduit: lapses for door in kept if lapses})
        if lost and undo(point, lost, doings):
            doings.end(lost, DoorState.FAILED, problem)
        elif lost:
            # It may have been kept for good just before it fell silent: known as shut, it can be opened later.
            doings.end(lost, DoorState.DOUBTFUL, problem)
            doings.tell(Step.CONFIRM, done=True, point=point.point.id, doors=lost, said={"in": "doubt"})
        doings.tell(Step.CONFIRM, done=True, point=point.point.id, doors=kept, said=said)


def open_doors(point: PointRules, doors: Sequence[DoorRules], doings: Doings) -> None:
    """Open doors that were shut, and read them back; one that cannot be read is still known as shut."""
    if not doors:
        return
    doings.tell(Step.OPEN, done=False, point=point.point.id, doors=doors)
    try:
        device = doings.means.device(point.point)
        device.remove(doors)
        left = device.held(doors)
        there = {*left.whole, *left.partly}
        problem = say("{point} said yes, and still holds it", point=point.point.id)
    except DeviceError as error:
        there, problem = {door.conduit for door in doors}, error.problem
    gone = [door for door in doors if door.conduit not in there]
    doings.tell(Step.OPEN, done=True, point=point.point.id, doors=gone)
    doings.end(gone, DoorState.OPENED, opened(point.point))
    doings.end([door for door in doors if door.conduit in there], DoorState.DOUBTFUL, problem)


def unsure(means: Means) -> Sentence:
    """Say that a door which could not be read back opens by itself."""
    return say("it could not be read back: it opens by itself within {n} s", n=int(means.revert_after.total_seconds()))


def by_hand(points: Iterable[PointRules], *, hands: bool) -> list[PointRules]:
    """Give the points that have doors to move, and that people move, or that devices do."""
    drivers = known_drivers()
    return [point for point in points if point.doors and drivers[point.point.driver].by_hand is hands]


def each(points: Sequence[PointRules], act: Callable[[PointRules], None]) -> None:
    """Do the same at every point at once."""
    if points:
        with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(points))) as pool:
            list(pool.map(act, points))


def held(point: EnforcementPoint, *, there: bool) -> Sentence:
    """Say whether a point was read back with a door."""
    if not there:
        return say("{point} does not hold it any more", point=point.id)
    if known_drivers()[point.driver].by_hand:
        return say("a person said that it is shut; no device can say so")
    return say("{point} holds it, as read back", point=point.id)


def unarmed(point: EnforcementPoint) -> Sentence:
    """Say that a point lacks the structure."""
    return say("{point} is not armed: {command} does it", point=point.id, command="cloison arm")


def opened(point: EnforcementPoint) -> Sentence:
    """Say how a door of a point is open again."""
    if known_drivers()[point.driver].by_hand:
        return say(
            "{who} must open it, at {place}: it is counted as open from now on",
            who=point.person or say("somebody"),
            place=point.place or point.id,
        )
    return held(point, there=False)


def asked_by_hand(point: EnforcementPoint) -> Sentence:
    """Say what a person must do, and how to say that it was done."""
    return say(
        "{who} must shut it, at {place}, then say so with {command}",
        who=point.person or say("somebody"),
        place=point.place or point.id,
        command=f'cloison seal --done {point.id} --approve "A. Durand"',
    )
