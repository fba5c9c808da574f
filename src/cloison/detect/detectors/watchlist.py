"""A host that meets what a person asked to be told of: an address, a name, a fingerprint, an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context, Rebuilt
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.indicator import IndicatorKind
from cloison.model.matching import ADDRESS, Matcher
from cloison.model.observations import Kind
from cloison.words import say, say_many, verbatim

SORTS: Mapping[Kind, Mapping[str, str]] = {
    Kind.FLOW: {"src": ADDRESS, "dst": ADDRESS},
    Kind.DNS: {"query": "site"},
    Kind.HTTP: {"host": "site"},
    Kind.TLS: {"server_name": "site", "ja3": "ja3", "ja4": "ja4"},
    Kind.FILE: {"md5": "hash", "sha1": "hash", "sha256": "hash"},
    Kind.LOGON: {"user": "user", "actor": "user", "client_name": "host"},
}
"""For each kind, the columns that are looked at, and what their values are."""

TECHNIQUES: Mapping[str, str] = {"hash": "T1105", "user": "T1078"}
"""Sort of value -> what the meeting shows when it is not a call: a tool brought in, an account used."""

_SUBJECTS: Mapping[IndicatorKind, frozenset[str]] = {
    IndicatorKind.NETWORK: frozenset({ADDRESS}),
    IndicatorKind.NAME: frozenset({"site", "host", ADDRESS}),
    IndicatorKind.HASH: frozenset({"hash", "ja3"}),
    IndicatorKind.JA4: frozenset({"ja4"}),
    IndicatorKind.USER: frozenset({"user"}),
}
"""Sorts of value that an indicator may be found in; absent: any."""

ENTRIES = 1 << 21
"""Values remembered as already looked at, 8 bytes each for every sort; beyond, they are looked at again."""

_SHOWING = (ADDRESS, "site", "ja3", "ja4", "host", *TECHNIQUES)

_HIT = ("clock", "began", "origin", "record", "src", "dst", "sort", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """Records that name an indicator of the watchlist.

    Every record is looked at; the host that called, asked, sent or logged on is the source, what was met the target.
    A domain means its sub-domains too. The trust is that of the list: `confidence`, or `weak_confidence` for an
    answer to a pattern or to one bare word, which say less.

    Source: indicators of compromise as CERTs share them (STIX 2.1 `indicator`). ATT&CK T1071, T1105, T1078.
    """

    name: ClassVar[str] = "watchlist"
    technique: ClassVar[Technique] = Technique("T1071")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        kind: tuple(column for column in columns if column not in ("src", "dst")) for kind, columns in SORTS.items()
    }
    key: ClassVar[str] = "src"

    confidence: float = 0.8
    weak_confidence: float = 0.5

    def watch(self, context: Context) -> "WatchlistWatch | None":
        """Begin to watch, when there is a list."""
        return WatchlistWatch(self, context) if context.watchlist else None


class _List(Rebuilt):
    """The list, and which of the values already looked at answer to it: a new list looks at them again."""

    def __init__(self, context: Context) -> None:
        self.matcher = Matcher(context.watchlist)
        subjects = [_SUBJECTS.get(indicator.kind) for indicator in context.watchlist]
        self._asked = None if None in subjects else frozenset().union(*(one for one in subjects if one))
        self._looked: dict[str, pl.Series] = {}
        self._answers: dict[str, set[str]] = {}

    def asks(self, sort: str) -> bool:
        """Tell whether a value of this sort may answer."""
        return self._asked is None or sort in self._asked

    def answering(self, seen: pl.Series, sort: str) -> list[str]:
        """Give the values met so far that answer, once these are looked at: each distinct one once."""
        values = pl.DataFrame({"value": seen.drop_nulls().unique()}).with_columns(key=pl.col("value").hash())
        looked = self._looked.get(sort)
        if looked is not None:
            values = values.filter(~pl.col("key").is_in(looked.implode()))
        answers = self._answers.setdefault(sort, set())
        answers.update(value for value in values["value"] if next(self.matcher.find(sort, value), None))
        if looked is None or len(looked) + values.height > ENTRIES:
            self._looked[sort] = values["key"]
        elif values.height:
            self._looked[sort] = pl.concat([looked, values["key"]])
        return list(answers)


class WatchlistWatch:
    """The list, and who met what is on it."""

    def __init__(self, detector: Watchlist, context: Context) -> None:
        self._detector = detector
        self._list = _List(context)
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        hits = []
        for place, (kind, columns) in enumerate(SORTS.items()):
            if kind not in tables:
                continue
            for column, sort in columns.items():
                if self._list.asks(sort):
                    found = self._hits(tables[kind], column, sort)
                    if found.height:
                        hits.append(found.with_columns(place=pl.lit(place)))
        if hits:
            rows = pl.concat(hits).sort("clock", "place", "origin", "record", "sort", "value")
            for row in rows.iter_rows(named=True):
                self._meet(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _hits(self, rows: pl.DataFrame, column: str, sort: str) -> pl.DataFrame:
        met = rows.filter(pl.col(column).is_in(self._list.answering(rows[column], sort)))
        return met.with_columns(value=pl.col(column), sort=pl.lit(sort)).select(_HIT)

    def _meet(self, row: Mapping[str, Any]) -> None:
        source = row["src"]
        for indicator in self._list.matcher.find(row["sort"], row["value"]):
            act = Act(
                clock=row["clock"],
                began=row["began"],
                origin=row["origin"],
                record=row["record"],
                target=row["dst"] if row["value"] == source or row["sort"] == "user" else row["value"],
                note=say("{value} answers to {indicator}", value=verbatim(row["value"]), indicator=indicator.text),
            )
            run = self._runs.live(source, row["clock"])
            if run is not None:
                run.add(act)
            elif not self._runs.full(source):
                run = self._runs.open(source, act, [])
            if run is not None:
                run.facts[row["sort"]] += 1
                run.facts["sure"] |= indicator.kind not in (IndicatorKind.PATTERN, IndicatorKind.TEXT)

    def _say(self, run: Run) -> Finding:
        shown = max(_SHOWING, key=lambda sort: run.facts[sort])
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            TECHNIQUES.get(shown, self._detector.technique),
            self._detector.confidence if run.facts["sure"] else self._detector.weak_confidence,
            (
                say("{source} meets what is on the watchlist", source=run.source),
                say_many(
                    "{n} record names something of the list that a person gave: check where that list comes from.",
                    "{n} records name something of the list that a person gave: check where that list comes from.",
                    run.acts,
                ),
            ),
        )


DETECTOR = Watchlist()
