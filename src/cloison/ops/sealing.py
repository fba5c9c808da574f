"""Shut the doors of a plan, prove it, and finish or undo what was cut short."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.life import STEPS, Life, Underway, life_of
from cloison.enforce.limits import beyond
from cloison.enforce.probing import Probing, trials_of
from cloison.enforce.rules import structures_of
from cloison.enforce.verdicts import broken_lifelines, judge
from cloison.errors import BadValueError, CloisonError, DeviceError, NotApprovedError, UnfinishedSealError
from cloison.model.hospital import ConduitId, EnforcementPoint, Hospital
from cloison.model.sealing import DoorState, PointRules, Record, Rules, SealId, Step, Structure, Verdict
from cloison.ops.moving import (
    Doings,
    Means,
    asked_by_hand,
    by_hand,
    confirm,
    each,
    open_broken,
    open_doors,
    shut,
    stage,
    undo,
    unsure,
)
from cloison.store.journal import Journal
from cloison.words import Sentence, say


def arm(hospital: Hospital, means: Means) -> tuple[tuple[EnforcementPoint, bool | CloisonError], ...]:
    """Give each point its empty structure; what one refuses does not keep the others from theirs.

    Returns:
        Each point that a driver moves, with True: armed now, False: it was, or why it could not be.

    Raises:
        UnwritableFileError, UnfinishedSealError, BadJournalError: see `Journal`.
    """
    done: list[tuple[EnforcementPoint, bool | CloisonError]] = []
    structures = {structure.point.id: structure for structure in structures_of(hospital)}
    with Journal(means.home) as journal:
        for point in hospital.enforcement_points:
            driver = known_drivers().get(point.driver)
            if driver is None or driver.by_hand or (driver.needs_address and point.address is None):
                continue
            journal.write(Record(at=means.clock(), step=Step.ARM, done=False, point=point.id))
            try:
                fresh: bool | CloisonError = means.device(point).arm(
                    structures.get(point.id, Structure(point=point, doors=()))
                )
                said = "armed" if fresh else "was armed"
            except (DeviceError, BadValueError) as error:
                fresh, said = error, str(error)
            journal.write(Record(at=means.clock(), step=Step.ARM, done=True, point=point.id, said=(("answer", said),)))
            done.append((point, fresh))
    return tuple(done)


def seal(rules: Rules, hospital: Hospital, means: Means, *, approved: Mapping[str, str]) -> tuple[Verdict, ...]:
    """Shut the doors of a plan that people approved.

    Every door ends shut and confirmed, waiting for a hand, or open with the reason: a point that fails, lies or
    stops half-way keeps none of its doors in a state that nobody read back.

    Args:
        rules: what the plan asks; doors that are shut just so already are left alone.
        hospital: its map.
        means: with what.
        approved: who approved and what, for the journal.

    Returns:
        A verdict for each door of the rules.

    Raises:
        NotApprovedError: it goes beyond what one person may do alone, see `enforce/limits.py`.
        UnfinishedSealError: an earlier seal was cut short, or another command moves doors.
        UnwritableFileError, BadJournalError: nothing was moved, see `Journal`.
    """
    with Journal(means.home) as journal:
        life = at_rest(journal)
        name = sha256(f"{journal.seal}{means.clock().isoformat()}".encode()).hexdigest()[:12]
        doings = Doings(means, journal, SealId(name))
        wanted = tuple(_not_yet(point, life, doings) for point in rules.points)
        exceeded = beyond(wanted, journal.records, hospital, means.clock())
        if exceeded:
            _by_two(exceeded, approved, journal, means)
        journal.write(
            Record(
                at=means.clock(),
                step=Step.BEGIN,
                done=True,
                seal=doings.seal,
                said=tuple(approved.items()),
                rules=tuple(point for point in wanted if point.doors),
            )
        )
        _carry_out(wanted, hospital, doings)
        verdicts = doings.verdicts(rules.points)
        doings.tell(Step.END, done=True, said={verdict.conduit: _in_short(verdict) for verdict in verdicts})
    return verdicts


def _by_two(exceeded: Sequence[Sentence], approved: Mapping[str, str], journal: Journal, means: Means) -> None:
    """Let two persons, or an exercise, go beyond the limits; the journal says of what, or who was refused.

    Raises:
        NotApprovedError: one person alone approved.
    """
    names = {approved[key].casefold() for key in ("approved by", "and by") if key in approved}
    enough = len(names) > 1 or "exercise" in approved
    told = ("beyond limits" if enough else "refused", "; ".join(map(str, exceeded)))
    journal.write(Record(at=means.clock(), step=Step.APPROVE, done=enough, said=(told, *approved.items())))
    if not enough:
        raise NotApprovedError(
            exceeded[0],
            fix=say("have another person approve too, with {example}", example='--second "B. Martin"'),
            where="--second",
        )


def resume(means: Means) -> tuple[Step, tuple[Verdict, ...]] | None:
    """Finish or undo what was cut short: the journal says how far it went, the devices what they hold.

    Doors whose trials were over are confirmed; those whose were not are opened again; an opening goes on. It may
    itself be cut short, and resumed.

    Returns:
        The step at which it was cut short, with a verdict for each of its doors; None: nothing was.

    Raises:
        UnfinishedSealError: another command moves doors.
        UnwritableFileError, BadJournalError: see `Journal`.
    """
    with Journal(means.home) as journal:
        life = life_of(journal.records)
        cut = life.underway
        if cut is None:
            return None
        doings = Doings(means, journal, cut.seal)
        for point in cut.rules:
            _take_up(point, cut, life, doings)
        verdicts = doings.verdicts(cut.rules)
        doings.tell(Step.END, done=True, said={verdict.conduit: _in_short(verdict) for verdict in verdicts})
    return cut.last[0], verdicts


def _take_up(point: PointRules, cut: Underway, life: Life, doings: Doings) -> None:
    """Bring one point's doors to an end."""
    opening = [door for door in point.doors if door.conduit in cut.opening]
    open_doors(point, opening, doings)
    for door in doings.left(point).doors:
        if door.conduit in life.shut:
            doings.end([door], DoorState.SHUT, say("it was confirmed before"))
            if lapses := life.shut[door.conduit].lapses:
                doings.lapses[door.conduit] = lapses
        elif door.conduit in life.waiting:
            doings.end([door], DoorState.WAITING, asked_by_hand(point.point))
        elif point.point.id not in cut.touched:
            doings.end([door], DoorState.FAILED, say("it had not been asked to shut"))
    unproved = [door for door in doings.left(point).doors if door.conduit not in (cut.proved or ())]
    if unproved:
        gone = undo(point, unproved, doings)
        doings.end(
            unproved,
            DoorState.ROLLED_BACK,
            say("it was not proved yet: it is open again") if gone else unsure(doings.means),
        )
    confirm(doings.left(point), doings)


def _carry_out(points: Sequence[PointRules], hospital: Hospital, doings: Doings) -> None:
    means = doings.means
    each(by_hand(points, hands=True), lambda point: _ask_a_person(point, doings))
    moved = by_hand(points, hands=False)
    structures = {structure.point.id: structure for structure in structures_of(hospital)}
    each(moved, lambda point: stage(point, structures[point.point.id], doings))
    trials = trials_of(Rules(points=tuple(doings.left(point) for point in moved)), hospital, means.probers)
    with Probing(trials, means.probers, patience=means.patience) as probing:
        before = probing.hold(min(1.0, means.listening.total_seconds()))
        each(moved, lambda point: shut(doings.left(point), doings))
        doors = [door for point in moved for door in doings.left(point).doors]
        doings.tell(Step.VERIFY, done=False, doors=doors)
        after = probing.look(means.listening.total_seconds()) if trials else {}
    broken: set[ConduitId] = set()
    for door in doors:
        theirs = [trial for trial in trials if trial.conduit == door.conduit]
        doings.proof[door.conduit], evidence = judge(theirs, before, after)
        cut = broken_lifelines(theirs, before, after)
        doings.evidence.setdefault(door.conduit, []).extend((*cut, *evidence))
        if cut:
            broken.add(door.conduit)
    doings.tell(Step.VERIFY, done=True, doors=[door for door in doors if door.conduit not in broken])
    each(moved, lambda point: open_broken(point, broken, doings))
    each(moved, lambda point: confirm(doings.left(point), doings))


def _ask_a_person(point: PointRules, doings: Doings) -> None:
    doings.tell(Step.APPLY, done=True, point=point.point.id, doors=point.doors, said={"by-hand": "asked"})
    doings.end(point.doors, DoorState.WAITING, asked_by_hand(point.point))


def _not_yet(point: PointRules, life: Life, doings: Doings) -> PointRules:
    """Leave out the doors that are shut already, as read back, those that wait, and those that are shut otherwise.

    One that the journal says is shut, and that its device does not hold any more, is to be shut again.
    """
    known = [door for door in point.doors if door.conduit in life.shut and life.shut[door.conduit].door == door]
    try:
        whole = set(doings.means.device(point.point).held(known).whole) if known else set[ConduitId]()
    except (DeviceError, BadValueError) as error:
        doings.end(known, DoorState.DOUBTFUL, error.problem)
        whole = set[ConduitId]()
    open_again = [door for door in known if door.conduit not in whole and door.conduit not in doings.state]
    if open_again:
        doings.tell(Step.REVERT, done=True, point=point.point.id, doors=open_again, said={"found": "open"})
    for door in point.doors:
        if door.conduit in whole:
            doings.end([door], DoorState.SHUT, say("an earlier seal put it so"))
            if lapses := life.shut[door.conduit].lapses:
                doings.lapses[door.conduit] = lapses
        elif door.conduit in life.waiting:
            doings.end([door], DoorState.WAITING, asked_by_hand(point.point))
        elif door.conduit in life.shut and door not in known:
            doings.end([door], DoorState.FAILED, say("an earlier seal shut it otherwise: open it first"))
    return doings.left(point)


def at_rest(journal: Journal) -> Life:
    """Tell where the doors stand, when nothing was cut short.

    Raises:
        UnfinishedSealError: something was.
    """
    life = life_of(journal.records)
    if life.underway is not None:
        raise UnfinishedSealError(
            say("an earlier seal was cut short at the step {step}", step=STEPS[life.underway.last[0]]),
            fix=say("finish or undo it with {command}", command="cloison seal --resume"),
            where=life.underway.seal,
        )
    return life


def _in_short(verdict: Verdict) -> str:
    return f"{verdict.state.value}, {verdict.proof.value}"
