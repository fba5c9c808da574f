"""How doors stand, with what a flow export says of them beside what their devices hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from cloison.enforce.life import life_of
from cloison.enforce.silence import Heard, Shut, join, listen
from cloison.model.hospital import ConduitId
from cloison.model.observations import Batch, Kind, empty
from cloison.model.sealing import DoorState, Record, Step, Verdict
from cloison.ops.analysis import OnProgress, read_through
from cloison.ops.keeping import state
from cloison.ops.moving import Means
from cloison.store.journal import Journal
from cloison.words import Sentence

_READ = ("ts", "seen_at", "src", "src_port", "dst", "dst_port", "proto", "answered", "dst_packets", "dst_bytes")


def state_and_flows(
    means: Means, paths: Sequence[Path], *, on_progress: OnProgress | None = None
) -> tuple[Step | None, tuple[Verdict, ...]]:
    """Give how every door stands, see `state`, and what flows from before and after the seal say of it.

    A door through which something was answered since it shut is leaking, whatever its device holds.

    Args:
        means: with what.
        paths: flow exports, logs or captures, from before the seal and after.
        on_progress: told after each batch.

    Raises:
        MissingFileError, NothingReadError: see `read_through`.
        UnfinishedSealError, UnwritableFileError, BadJournalError: see `state`.
    """
    cut, verdicts = state(means)
    with Journal(means.home) as journal:
        since = shut_since(journal.records)
        life = life_of(journal.records)
    doors = [Shut(door=life.shut[name].door, since=since[name]) for name in life.shut if name in since]
    seen: list[pl.DataFrame] = []
    read_through(paths, also=(_keep(seen),), on_progress=on_progress)
    flows = pl.concat(seen) if seen else empty(Kind.FLOW).select(_READ)
    heard = {shut.door.conduit: told for shut, told in listen(doors, flows).items()}
    return cut, tuple(_with(verdict, heard.get(verdict.conduit)) for verdict in verdicts)


def shut_since(records: Sequence[Record]) -> Mapping[ConduitId, datetime]:
    """Tell when each door was last shut: when its device had been asked, or when a person said so."""
    since: dict[ConduitId, datetime] = {}
    for record in records:
        by_hand = "by-hand" in dict(record.said)
        if record.done and ((record.step is Step.APPLY and not by_hand) or record.step is Step.CONFIRM):
            for conduit in record.doors:
                # A lease that is renewed confirms again: the door has been shut since before.
                if record.step is Step.APPLY or conduit not in since:
                    since[conduit] = record.at
        elif record.done and record.step in {Step.REVERT, Step.OPEN}:
            for conduit in record.doors:
                since.pop(conduit, None)
    return since


def _keep(seen: list[pl.DataFrame]) -> Callable[[Batch], None]:
    def keep(batch: Batch) -> None:
        if Kind.FLOW in batch:
            seen.append(batch[Kind.FLOW].select(_READ))

    return keep


def _with(verdict: Verdict, told: tuple[Heard, tuple[Sentence, ...]] | None) -> Verdict:
    if told is None or verdict.state is not DoorState.SHUT:
        return verdict
    heard, evidence = told
    return replace(verdict, proof=join(verdict.proof, heard), evidence=(*verdict.evidence, *evidence))
