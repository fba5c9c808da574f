"""Doors once they are shut: how they stand, keeping them so, what people did by hand, opening them again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from cloison.enforce.life import Life, Placed, life_of
from cloison.errors import DeviceError, UnknownIdError
from cloison.model.hospital import ConduitId, EnforcementPointId, Hospital, ZoneKind
from cloison.model.sealing import DoorState, PointRules, Proof, Record, SealId, Step, Vanishing, Verdict
from cloison.ops.moving import Doings, Means, asked_by_hand, confirm, each, held, open_doors
from cloison.ops.sealing import at_rest
from cloison.store.journal import Journal
from cloison.words import say

STAGES = 3

_CARE = frozenset({ZoneKind.CARE, ZoneKind.BIOMEDICAL})
_LAST = frozenset({ZoneKind.INTERNET, ZoneKind.SUPPLIER, ZoneKind.BACKUP})


def state(means: Means) -> tuple[Step | None, tuple[Verdict, ...]]:
    """Compare what the journal says of each door with what its device holds.

    Returns:
        The step at which an earlier seal was cut short, None if none was; and a verdict for each door that is meant
        to be shut: `SHUT`, `WAITING`, `LAPSED` when its device does not hold it, `DOUBTFUL` when it cannot be read.

    Raises:
        UnfinishedSealError: another command moves doors.
        UnwritableFileError, BadJournalError: see `Journal`.
    """
    with Journal(means.home) as journal:
        life = life_of(journal.records)
    verdicts: list[Verdict] = []
    for point in _points(life.shut.values()):
        try:
            whole = set(means.device(point.point).held(point.doors).whole)
            silent = None
        except DeviceError as error:
            whole, silent = set[ConduitId](), error.problem
        for door in point.doors:
            there = door.conduit in whole
            known = DoorState.SHUT if there else DoorState.LAPSED
            verdicts.append(
                Verdict(
                    conduit=door.conduit,
                    state=DoorState.DOUBTFUL if silent else known,
                    proof=Proof.NOT_PROVED,
                    evidence=(silent or held(point.point, there=there),),
                    lapses=life.shut[door.conduit].lapses if there else None,
                )
            )
    for point in _points(life.waiting.values()):
        said = asked_by_hand(point.point)
        verdicts.extend(
            Verdict(conduit=door.conduit, state=DoorState.WAITING, proof=Proof.NOT_PROVED, evidence=(said,))
            for door in point.doors
        )
    return life.underway.last[0] if life.underway else None, tuple(verdicts)


def renew(means: Means) -> tuple[Verdict, ...]:
    """Keep shut, for one more lease, the doors that fail open; one that has opened by itself stays so, and is told.

    Raises:
        UnfinishedSealError: an earlier seal was cut short, or another command moves doors.
        UnwritableFileError, BadJournalError: see `Journal`.
    """
    with Journal(means.home) as journal:
        life = at_rest(journal)
        leased = [placed for placed in life.shut.values() if placed.door.vanishing is Vanishing.FAIL_OPEN]
        points = _points(placed for placed in leased if placed.lapses)
        doings = _begin(journal, means, points, {"what": "renew"})
        each(points, lambda point: confirm(point, doings))
        return _end(doings, points)


def told_by_hand(means: Means, point: EnforcementPointId, person: str) -> tuple[Verdict, ...]:
    """Take a person's word that the doors of a point, which people move, are shut.

    Raises:
        UnknownIdError: no door of that point waits.
        UnfinishedSealError: an earlier seal was cut short, or another command moves doors.
        UnwritableFileError, BadJournalError: see `Journal`.
    """
    with Journal(means.home) as journal:
        life = at_rest(journal)
        points = [one for one in _points(life.waiting.values()) if one.point.id == point]
        if not points:
            raise UnknownIdError(
                say("no door waits for a person there"),
                fix=say("see how the doors stand with {command}", command="cloison seal"),
                where=point,
            )
        doings = _begin(journal, means, points, {"what": "done by hand", "by": person})
        each(points, lambda one: confirm(one, doings))
        return _end(doings, points)


def stages(hospital: Hospital, life: Life) -> tuple[tuple[ConduitId, ...], ...]:
    """Put the doors that are shut in the order of opening: care first, the outside and the backups last.

    Returns:
        `STAGES` groups: passages from or to care and biomedical zones; the hospital's others; those from or to the
        Internet, suppliers and backups, which an intruder came by or came for.
    """
    kinds = {zone.id: zone.kind for zone in hospital.zones}
    ends = {conduit.id: {kinds[conduit.from_], kinds[conduit.to]} for conduit in hospital.conduits}
    groups: tuple[list[ConduitId], ...] = ([], [], [])
    for conduit in [*life.shut, *life.waiting]:
        theirs = ends.get(conduit, set())
        groups[2 if theirs & _LAST else 0 if theirs & _CARE else 1].append(conduit)
    return tuple(tuple(group) for group in groups)


def open_again(
    hospital: Hospital, means: Means, *, stage: int | None, approved: Mapping[str, str]
) -> tuple[Verdict, ...]:
    """Open the doors of one stage, or of all, one stage after the other.

    Args:
        hospital: the map.
        means: with what.
        stage: 1 to `STAGES`; None: all.
        approved: who approved, for the journal.

    Returns:
        A verdict for each door of the stages.

    Raises:
        UnfinishedSealError: an earlier seal was cut short, or another command moves doors.
        UnwritableFileError, BadJournalError: see `Journal`.
    """
    with Journal(means.home) as journal:
        life = at_rest(journal)
        groups = stages(hospital, life)
        chosen = groups if stage is None else groups[stage - 1 : stage]
        placed = {**life.waiting, **life.shut}
        by_stage = [_points(placed[conduit] for conduit in group) for group in chosen]
        points = _points(placed[conduit] for group in chosen for conduit in group)
        doings = _begin(journal, means, points, {"what": "open", **approved})
        for theirs in by_stage:
            each(theirs, lambda point: open_doors(point, point.doors, doings))
        return _end(doings, points)


def _begin(journal: Journal, means: Means, points: Sequence[PointRules], said: Mapping[str, str]) -> Doings:
    now: datetime = means.clock()
    name = SealId(sha256(f"{journal.seal}{now.isoformat()}".encode()).hexdigest()[:12])
    journal.write(Record(at=now, step=Step.BEGIN, done=True, seal=name, said=tuple(said.items()), rules=tuple(points)))
    return Doings(means, journal, name)


def _end(doings: Doings, points: Sequence[PointRules]) -> tuple[Verdict, ...]:
    doings.tell(Step.END, done=True)
    return doings.verdicts(points)


def _points(placed: Iterable[Placed]) -> list[PointRules]:
    """Put doors back at their points."""
    by_point: dict[EnforcementPointId, list[Placed]] = {}
    for one in placed:
        by_point.setdefault(one.point.point.id, []).append(one)
    return [
        PointRules(point=theirs[-1].point.point, doors=tuple(one.door for one in theirs))
        for theirs in by_point.values()
    ]
