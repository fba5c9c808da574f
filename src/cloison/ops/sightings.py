"""When each passage and each machine of the map was seen, told from the traffic that was kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import polars as pl

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.chart.outlook import LeakLine, Span
from cloison.model.addressing import AddressBook
from cloison.model.hospital import AssetId, Hospital, ZoneId
from cloison.model.leak import Leak, LeakKind, LeakReport
from cloison.model.reading import Source
from cloison.ops.charting import TRAFFIC
from cloison.ops.search import HISTORY
from cloison.store.history import EXCHANGES, hour_files, hour_of
from cloison.store.traffic import recall

_PAIR = ("src", "dst")


@dataclass(frozen=True, slots=True)
class Sightings:
    """What traffic showed of one map.

    Attributes:
        passages: (from, to) -> when something that was answered crossed; None: nothing was ever read.
        machines: machine -> when it spoke, or answered; None likewise.
        report: leaks in what was learned last; None: nothing was.
        leaks: its undeclared crossings, with the machines at their ends.
        sources: files that the report's evidence names.
    """

    passages: Mapping[tuple[ZoneId, ZoneId], Span] | None = None
    machines: Mapping[AssetId, Span] | None = None
    report: LeakReport | None = None
    leaks: tuple[LeakLine, ...] = ()
    sources: tuple[Source, ...] = ()


class Lookout:
    """Tells sightings of a home, read again when what is kept there, or the map, changed."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._reading = Lock()
        self._known: tuple[Hospital, object] | None = None
        self._sightings = Sightings()

    def sightings(self, hospital: Hospital, map_file: Path) -> Sightings:
        """Give what is known; whoever comes while it is read again is given what was known before."""
        stamp = self._stamp(map_file)
        if self._known is not None and self._known[0] is hospital and self._known[1] == stamp:
            return self._sightings
        fresh = self._known is not None and self._known[0] is hospital
        if not self._reading.acquire(blocking=not fresh):
            return self._sightings
        try:
            if self._known is None or self._known[0] is not hospital or self._known[1] != stamp:
                self._sightings = self._read(hospital, map_file)
                self._known = (hospital, stamp)
            return self._sightings
        finally:
            self._reading.release()

    def _stamp(self, map_file: Path) -> object:
        files = [path for _, path in hour_files(self._home / HISTORY, EXCHANGES)]
        learned = list((self._home / TRAFFIC / map_file.stem).glob("*.parquet"))
        return frozenset((str(path), path.stat().st_mtime_ns) for path in (*files, *learned) if path.exists())

    def _read(self, hospital: Hospital, map_file: Path) -> Sightings:
        book = AddressBook(hospital)
        totals = None
        for _, path in hour_files(self._home / HISTORY, EXCHANGES):
            hour = hour_of(path, EXCHANGES)
            if hour is not None:
                totals = _joined(totals, _totals(hour))
        kept = recall(self._home / TRAFFIC / map_file.stem, census.EDGE_SCHEMA)
        if kept is None:
            return _told(totals, book) if totals is not None else Sightings()
        exchanges, traffic = kept
        totals = _joined(totals, _totals(exchanges.with_columns(pl.col("answered").cast(pl.UInt64()))))
        report = find_leaks(hospital, census.resume(book, exchanges))
        lines = leak_lines(report.leaks, book)
        return replace(_told(totals, book), report=report, leaks=lines, sources=traffic.sources)


def _told(totals: pl.DataFrame, book: AddressBook) -> Sightings:
    return Sightings(passages=_passages(totals, book), machines=_machines(totals, book))


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Give when a pair was seen, and when it was answered."""
    answered = pl.col("answered") > 0
    return rows.group_by(_PAIR).agg(
        first=pl.col("first").min(),
        last=pl.col("last").max(),
        answered_first=pl.col("first").filter(answered).min(),
        answered_last=pl.col("last").filter(answered).max(),
    )


def _joined(known: pl.DataFrame | None, more: pl.DataFrame) -> pl.DataFrame:
    if known is None:
        return more
    spans = (pl.col("first", "answered_first").min(), pl.col("last", "answered_last").max())
    return pl.concat([known, more]).group_by(_PAIR).agg(*spans).select(more.columns)


def leak_lines(leaks: Iterable[Leak], book: AddressBook) -> tuple[LeakLine, ...]:
    """Give undeclared crossings with the machines at their ends, those of the highest risk first."""
    return tuple(
        LeakLine(
            from_=hop.from_,
            to=hop.to,
            src=book.locate(hop.src)[1],
            dst=book.locate(hop.dst)[1],
            first=hop.first,
            last=hop.last,
        )
        for leak in leaks
        if leak.kind is LeakKind.UNDECLARED
        for hop in leak.hops
    )


def _passages(totals: pl.DataFrame, book: AddressBook) -> dict[tuple[ZoneId, ZoneId], Span]:
    found: dict[tuple[ZoneId, ZoneId], Span] = {}
    answered = totals.drop_nulls("answered_first").select(*_PAIR, "answered_first", "answered_last")
    for src, dst, first, last in answered.iter_rows():
        from_, to = book.locate(src)[0], book.locate(dst)[0]
        if from_ is not None and to is not None and from_ != to:
            found[from_, to] = _wider(found.get((from_, to)), Span(first=first, last=last))
    return found


def _machines(totals: pl.DataFrame, book: AddressBook) -> dict[AssetId, Span]:
    speaking = totals.select("src", "first", "last").rename({"src": "address"})
    answering = totals.drop_nulls("answered_first").select(address="dst", first="answered_first", last="answered_last")
    seen = pl.concat([speaking, answering]).group_by("address").agg(pl.col("first").min(), pl.col("last").max())
    found: dict[AssetId, Span] = {}
    for address, first, last in seen.iter_rows():
        asset = book.locate(address)[1]
        if asset is not None:
            found[asset] = _wider(found.get(asset), Span(first=first, last=last))
    return found


def _wider(known: Span | None, more: Span) -> Span:
    if known is None:
        return more
    return Span(first=min(known.first, more.first), last=max(known.last, more.last))
