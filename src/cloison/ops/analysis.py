"""Read logs or captures, and say what they show."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from cloison.detect.fold import Context, start
from cloison.errors import NothingReadError
from cloison.incident.hosts import Hosts
from cloison.incident.identities import Identities
from cloison.incident.incident import open_incidents
from cloison.incident.muting import muted
from cloison.ingest.reading import Reading, open_reading
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident
from cloison.model.indicator import Indicator
from cloison.model.mute import Mute
from cloison.model.observations import Batch
from cloison.ops.ahead import read_ahead
from cloison.ops.rules import rules_of
from cloison.ops.story import Analysis
from cloison.words import say

OnBatch = Callable[[Batch], None]
OnProgress = Callable[[int, int], None]
"""(bytes read, bytes in all)."""

MOST_HANDS = 4
"""Detectors that judge at a time: more hands would hold more memory, and wait for Python."""


def analyze(
    paths: Sequence[Path],
    hospital: Hospital | None = None,
    *,
    also: Sequence[OnBatch] = (),
    until: datetime | None = None,
    watchlist: Sequence[Indicator] = (),
    rules: Sequence[Path] = (),
    mutes: Sequence[Mute] = (),
    on_progress: OnProgress | None = None,
) -> Analysis:
    """Read everything under `paths` once, in time order, and fold the detectors over it.

    Args:
        paths: files and folders.
        hospital: what addresses mean; without it private addresses are taken as inside.
        also: other folds to feed from the same pass (the census of `learn`).
        until: as if the present were then: what a sensor could not have told yet is not looked at.
        watchlist: what a person wants to be told of.
        rules: folders or archives of Sigma rules, beside those that ship.
        mutes: what a person called normal; only those that have not ended count.
        on_progress: told after each batch.

    Raises:
        MissingFileError: a path is not there.
        NoRulesError: a folder of rules holds none.
        NothingReadError: not one record could be read.
    """
    known = rules_of(rules)
    context = Context(book=AddressBook(hospital), hospital=hospital, watchlist=tuple(watchlist), rules=known)
    fold = start(context, hands=min(MOST_HANDS, os.cpu_count() or 1))
    identities = Identities(hospital)
    reading = read_through(paths, also=(fold.step, identities.add, *also), until=until, on_progress=on_progress)
    findings = fold.findings()
    hosts = identities.hosts()
    quiet, incidents = judged(findings, hospital, hosts, mutes, last=reading.last, now=datetime.now(UTC))
    return Analysis(
        window_start=reading.first,
        window_end=reading.last,
        records=reading.records,
        sources=reading.reading.sources,
        refusals=reading.reading.refusals,
        late=fold.late + sum(source.late for source in reading.reading.sources),
        rules=known,
        findings=findings,
        incidents=incidents,
        muted=quiet,
        hosts=hosts,
    )


def judged(
    findings: Sequence[Finding],
    hospital: Hospital | None,
    hosts: Hosts,
    mutes: Sequence[Mute],
    *,
    last: datetime | None,
    now: datetime,
) -> tuple[Mapping[FindingId, Mute], tuple[Incident, ...]]:
    """Say which findings a person called normal, and which incidents the others make.

    Args:
        findings: all of them.
        hospital: the map.
        hosts: the names and addresses of each machine.
        mutes: what a person called normal.
        last: the last moment read: old logs are judged as of their own time; None: nothing was read.
        now: the present, at which mutes may have ended.
    """
    quiet = muted(findings, mutes, now, hosts)
    return quiet, open_incidents(findings, hospital, last, hosts=hosts, muted=quiet) if last else ()


class ReadThrough:
    """One pass over sources, feeding folds.

    Attributes:
        first: earliest `ts` read.
        last: latest `seen_at` read.
        records: observations read.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.records = 0

    def note(self, batch: Batch) -> None:
        """Count a batch and widen the window to it."""
        for frame in batch.values():
            if frame.is_empty():
                continue
            self.records += frame.height
            first, last = frame.select(pl.col("ts").min(), pl.col("seen_at").max()).row(0)
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)


def read_through(
    paths: Sequence[Path],
    *,
    also: Sequence[OnBatch],
    until: datetime | None = None,
    on_progress: OnProgress | None = None,
) -> ReadThrough:
    """Read everything under `paths` once and feed each batch to the folds.

    Raises:
        MissingFileError: a path is not there.
        NothingReadError: not one record could be read.
    """
    through = ReadThrough(open_reading(paths))
    for whole in read_ahead(through.reading.batches()):
        batch = whole if until is None else _before(whole, until)
        if whole and not batch:
            break
        through.note(batch)
        for feed in also:
            feed(batch)
        if on_progress is not None:
            on_progress(*through.reading.progress())
    if through.records == 0:
        raise NothingReadError(
            say("not one record could be read"),
            fix=say("give logs or captures in a format listed in docs/reading.md"),
            where=", ".join(str(path) for path in paths),
            reasons=tuple((refusal.path, refusal.reason) for refusal in through.reading.refusals),
        )
    return through


def _before(batch: Batch, until: datetime) -> Batch:
    known = {kind: frame.filter(pl.col("seen_at") <= until) for kind, frame in batch.items()}
    return {kind: frame for kind, frame in known.items() if not frame.is_empty()}
