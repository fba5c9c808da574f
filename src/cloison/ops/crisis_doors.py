"""How each door is getting on while doors move, told from the journal's lines as they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from cloison.model.hospital import ConduitId
from cloison.model.noun import noun
from cloison.model.sealing import DoorState, Proof, Record, Step


class Progress(StrEnum):
    """Where a door is on its way. The last seven are ends, called as `DoorState`."""

    ASKED = "asked"
    REACHING = "reaching"
    SHUTTING = "shutting"
    TRYING = "trying"
    CONFIRMING = "confirming"
    OPENING = "opening"
    TAKEN_BACK = "taken-back"
    SHUT = "shut"
    WAITING = "waiting"
    ROLLED_BACK = "rolled-back"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    OPENED = "opened"
    LAPSED = "lapsed"


ENDS = frozenset(Progress(state.value) for state in DoorState)


@noun
class DoorNow:
    """One door, as the journal last spoke of it.

    Attributes:
        since: of that line, UTC.
        proof: once it has ended; None before.
    """

    conduit: ConduitId
    progress: Progress
    since: datetime
    proof: Proof | None = None


@noun
class Run:
    """The latest seal or opening that the journal tells.

    Attributes:
        began: when its approval was written.
        ended: None: it goes on, or was cut short.
        step: its last step.
        approved: who approved, as the journal has it.
        doors: each door of its intent, in the map's order of points.
    """

    seal: str
    began: datetime
    ended: datetime | None
    step: Step
    approved: tuple[tuple[str, str], ...]
    doors: tuple[DoorNow, ...]


def doors_now(records: Sequence[Record]) -> Mapping[ConduitId, DoorNow]:
    """Tell of every door that ever moved how it last did; a proof lasts as long as its door stays shut."""
    doors: dict[ConduitId, DoorNow] = {}
    starts = [place for place, record in enumerate(records) if record.step is Step.BEGIN]
    for start, end in pairwise([*starts, len(records)]):
        run = latest_run(records[start:end])
        for door in run.doors if run else ():
            before = doors.get(door.conduit)
            kept = before is not None and door.proof is None and door.progress is Progress.SHUT
            doors[door.conduit] = replace(door, proof=before.proof) if before is not None and kept else door
    return doors


_UNDERWAY: Mapping[tuple[Step, bool], Progress] = {
    (Step.STAGE, False): Progress.REACHING,
    (Step.STAGE, True): Progress.REACHING,
    (Step.APPLY, False): Progress.SHUTTING,
    (Step.APPLY, True): Progress.TRYING,
    (Step.VERIFY, False): Progress.TRYING,
    (Step.VERIFY, True): Progress.CONFIRMING,
    (Step.CONFIRM, False): Progress.CONFIRMING,
    (Step.CONFIRM, True): Progress.SHUT,
    (Step.REVERT, False): Progress.TAKEN_BACK,
    (Step.REVERT, True): Progress.ROLLED_BACK,
    (Step.OPEN, False): Progress.OPENING,
    (Step.OPEN, True): Progress.OPENED,
}


def latest_run(records: Sequence[Record]) -> Run | None:
    """Follow the last seal or opening of a journal; None: doors never moved."""
    began = next((place for place in range(len(records) - 1, -1, -1) if records[place].step is Step.BEGIN), None)
    if began is None:
        return None
    first = records[began]
    theirs = [record for record in records[began:] if record.seal == first.seal]
    doors = {
        door.conduit: DoorNow(conduit=door.conduit, progress=Progress.ASKED, since=first.at)
        for point in first.rules
        for door in point.doors
    }
    for record in theirs[1:]:
        _follow(doors, record)
    last = theirs[-1]
    return Run(
        seal=str(first.seal),
        began=first.at,
        ended=last.at if last.step is Step.END else None,
        step=last.step,
        approved=first.said,
        doors=tuple(doors.values()),
    )


def _follow(doors: dict[ConduitId, DoorNow], record: Record) -> None:
    said = dict(record.said)
    if record.step is Step.END:
        for conduit, door in doors.items():
            state, _, proof = said.get(conduit, "").partition(", ")
            if state in set(DoorState):
                doors[conduit] = DoorNow(
                    conduit=conduit, progress=Progress(state), since=record.at, proof=Proof(proof or Proof.NOT_PROVED)
                )
            elif door.progress not in ENDS:
                doors[conduit] = DoorNow(conduit=conduit, progress=Progress.DOUBTFUL, since=record.at)
        return
    progress = _UNDERWAY.get((record.step, record.done))
    if progress is None:
        return
    if record.step is Step.APPLY and "by-hand" in said:
        progress = Progress.WAITING
    if record.step is Step.CONFIRM and "in" in said:
        progress = Progress.DOUBTFUL
    for conduit in record.doors:
        if conduit in doors:
            doors[conduit] = DoorNow(conduit=conduit, progress=progress, since=record.at)
