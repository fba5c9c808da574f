"""A machine that asks for images, or sends them, as it should not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.partners import Partners
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
"""Microseconds."""

GUESS, ASK, MASS, LEAK, FLOW = "guess", "ask", "mass", "leak", "flow"
"""Titles tried and refused; a stranger's query; more queries or retrievals than ever; images sent outside; a stranger's
connection of which nothing more is known."""

PORTS = (104, 2761, 2762, 11112)
"""IANA: dicom, dicom-iscl, dicom-tls, and the usual unprivileged one."""

_SORTS = {"c-find": "query", "c-move": "retrieval", "c-get": "retrieval"}
_HISTORY = 14 * 24
"""Hours."""

RECENT = 64
SUSPECTS = 4096

_COUNTS = {"src": pl.String(), "work": pl.String(), "hour": pl.Int64(), "done": pl.Int64()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dicom:
    """What a machine does over DICOM, against what it and the others usually do.

    - **guess**: within `window` a server refuses `titles` different pairs of titles to it: it looks for one that works;
    - **ask**: it queries or retrieves from a server that has been served for `warm_up`, having never called it before
      the last day;
    - **mass**: in one UTC hour it retrieves more than `retrievals`, or queries more than `queries`, and more than
      `season_factor` times its largest hour of the last two weeks; `cold` times as many while the stream is younger
      than `warm_up`;
    - **leak**: it sends images to an address outside that is no supplier's, `stores` at least in the first day;
    - **flow**: with a map and no detail, a new connection to a settled server that no passage declares: weak.

    Source: DICOM PS3.8 section 9.3.4 (refusals), PS3.15 (no authentication by default); Eichelberg, Kleber, Kämmerer,
    "Cybersecurity challenges for PACS and medical imaging", Academic Radiology 2020. ATT&CK T1213; T1020 outside.
    """

    name: ClassVar[str] = "dicom"
    technique: ClassVar[Technique] = Technique("T1213")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.DICOM: ("dst_port", "calling", "called", "operation"),
        Kind.FLOW: ("dst_port", "proto", "answered", "dst_bytes"),
    }
    key: ClassVar[str] = NETWORK

    window: timedelta = timedelta(minutes=10)
    titles: int = 3
    warm_up: timedelta = timedelta(hours=24)
    retrievals: int = 100
    queries: int = 1000
    season_factor: float = 3.0
    cold: float = 3.0
    stores: int = 10

    def watch(self, context: Context) -> "DicomWatch":
        """Begin to watch."""
        return DicomWatch(self, context)


@dataclass(slots=True)
class _Tries:
    """A client's last refusals, (clock, what), and where it sends images outside: clock of the first, how many."""

    refused: list[tuple[int, str]] = field(default_factory=list)
    sent: dict[str, tuple[int, int]] = field(default_factory=dict)


class DicomWatch:
    """Partners of each server, work done in each hour, recent refusals."""

    def __init__(self, detector: Dicom, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._roles = Roles(context)
        self._mapped = context.hospital is not None
        self._partners = Partners(settled=detector.warm_up, strange=timedelta(hours=24))
        self._counts = pl.DataFrame(schema=_COUNTS)
        self._tries: dict[str, _Tries] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        rows = _calls(tables)
        if rows.is_empty():
            return
        fresh = self._partners.new(rows).select("kind", "seq", fresh=pl.lit(value=True))
        newcomers = rows.join(fresh, on=["kind", "seq"], how="semi").get_column("src").unique()
        heavy = self._heavy(rows)
        # Most of a PACS's work is the same machines again: only strangers' and heavy work is looked at, and refusals.
        strangers = [*newcomers, *(source for source, _ in self._partners.strangers)]
        odd = (
            pl.col("fresh")
            | pl.col("limit").is_not_null()
            | (pl.col("operation") == "reject")
            | (pl.col("dst_outside") & (pl.col("operation") == "c-store"))
            | (pl.col("src").is_in(strangers) & pl.col("operation").is_in(list(_SORTS)))
        )
        looked = (
            rows.join(heavy, on=["kind", "seq"], how="left", maintain_order="left")
            .join(fresh, on=["kind", "seq"], how="left", maintain_order="left")
            .with_columns(pl.col("fresh").fill_null(value=False))
        )
        for row in looked.filter(odd).iter_rows(named=True):
            if row["fresh"]:
                self._partners.come(row["src"], row["dst"], row["clock"])
            for sort in self._judge(row):
                self._take(row, sort)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _heavy(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the rows (kind, seq) at which an hour's work reaches its limit, or a multiple of it."""
        work = rows.filter(pl.col("operation").is_in(list(_SORTS))).with_columns(
            work=pl.col("operation").replace_strict(_SORTS, return_dtype=pl.String()), hour=pl.col("clock") // HOUR
        )
        key = ["src", "work", "hour"]
        work = work.join(self._counts, on=key, how="left", maintain_order="left").with_columns(
            done=pl.col("done").fill_null(0) + pl.int_range(1, pl.len() + 1).over(key)
        )
        latest = rows["clock"].item(-1) // HOUR
        together = pl.concat([self._counts, work.select(*_COUNTS)])
        before = together.group_by(key).agg(pl.col("done").max())
        self._counts = before.filter(pl.col("hour") >= latest - _HISTORY).sort(key)
        tunables = self._detector
        least = {"retrieval": tunables.retrievals, "query": tunables.queries}
        reached = work.filter(pl.col("done") >= pl.col("work").replace_strict(least, return_dtype=pl.Int64()))
        found = []
        for (source, sort, hour), part in reached.partition_by(key, as_dict=True, maintain_order=True).items():
            past = before.filter(
                (pl.col("src") == source)
                & (pl.col("work") == sort)
                & (pl.col("hour") < hour)
                & (pl.col("hour") >= hour - _HISTORY)
            )
            largest = past["done"].max()
            usual = largest if isinstance(largest, int) else 0
            floor = least[str(sort)] * (tunables.cold if self._cold(hour * HOUR) else 1)
            limit = ceil(max(floor, tunables.season_factor * usual))
            crossed = part.filter(pl.col("done") % limit == 0)
            found.append(crossed.select("kind", "seq", "done", limit=pl.lit(limit), usual=pl.lit(usual)))
        empty = pl.DataFrame(schema={"kind": pl.Int32(), "seq": pl.Int64(), "done": pl.Int64(), "limit": pl.Int32(),
                                     "usual": pl.Int32()})  # fmt: skip
        return pl.concat([empty, *found])

    def _cold(self, clock: int) -> bool:
        return clock - self._context.began((Kind.DICOM, Kind.FLOW)) < self._detector.warm_up // MICROSECOND

    def _judge(self, row: Mapping[str, Any]) -> list[str]:
        """Tell what a record shows that is not usual."""
        source, target, clock, operation = row["src"], row["dst"], row["clock"], row["operation"]
        if operation == "reject":
            return [GUESS] if self._guesses(row) else []
        if operation == "c-store":
            return [LEAK] if row["src_inside"] and row["dst_outside"] and self._leaks(row) else []
        if not self._partners.is_stranger(source, target, clock):
            return [MASS] if row["limit"] is not None else []
        declared = self._roles.declared(source, target, frozenset({f"tcp/{row['dst_port']}"}))
        if operation == FLOW:
            unheard = self._mapped and row["fresh"] and row["dst_inside"] and not declared
            return [FLOW] if unheard and not self._roles.looks(source) else []
        # A new scanner asks for its work list: where a passage lets it, that is how it begins.
        asks = operation in _SORTS and not (declared and operation == "c-find")
        return [sort for sort, shown in ((MASS, row["limit"] is not None), (ASK, asks)) if shown]

    def _guesses(self, row: Mapping[str, Any]) -> bool:
        tries = self._of(row["src"])
        since = row["clock"] - self._detector.window // MICROSECOND
        what = f"{row['dst']} {row['calling']} {row['called']}"
        tries.refused = [*(one for one in tries.refused[-RECENT:] if one[0] >= since), (row["clock"], what)]
        return len({name for _, name in tries.refused}) >= self._detector.titles

    def _leaks(self, row: Mapping[str, Any]) -> bool:
        if self._roles.supplied(row["src"], row["dst"]):
            return False
        sent = self._of(row["src"]).sent
        first, images = sent.pop(row["dst"], (row["clock"], 0))
        if len(sent) >= RECENT:
            del sent[next(iter(sent))]
        sent[row["dst"]] = (first, images + 1)
        # A destination of yesterday is known: it is the map's matter.
        if not self._cold(first):
            return bool(row["clock"] - first <= 24 * HOUR)
        return self._cold(row["clock"]) and images + 1 >= self._detector.stores

    def _of(self, source: str) -> _Tries:
        tries = self._tries.pop(source, None) or _Tries()
        if len(self._tries) >= SUSPECTS:
            del self._tries[next(iter(self._tries))]
        self._tries[source] = tries
        return tries

    def _take(self, row: Mapping[str, Any], sort: str) -> None:
        act = Act(row["clock"], row["began"], row["origin"], row["record"], row["dst"], _note(row, sort))
        run = self._runs.live(row["src"], act.clock)
        if run is None:
            if self._runs.full(row["src"]):
                return
            run = self._runs.open(row["src"], act, ())
            run.facts["cold"] = int(self._cold(act.clock))
        else:
            run.add(act)
        run.facts[sort] += 1
        if sort == MASS:
            run.facts["done"] = max(run.facts["done"], row["done"])
            run.facts["usual"] = max(run.facts["usual"], row["usual"])

    def _say(self, run: Run) -> Finding:
        facts = run.facts
        weights = {GUESS: 0.7, ASK: 0.5, MASS: 0.4 if facts["cold"] else 0.6, LEAK: 0.4 if facts["cold"] else 0.7}
        shown = [sort for sort in weights if facts[sort]]
        confidence = max((weights[sort] for sort in shown), default=0.25) + 0.1 * max(0, len(shown) - 1)
        main = max(shown, key=lambda sort: weights[sort], default=FLOW)
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            "T1020" if main == LEAK else self._detector.technique,
            min(confidence, 0.9),
            (
                say("{source} speaks DICOM as it is not used to", source=run.source),
                say("{what} {usual}", what=_what(facts, main), usual=_usual(main)),
            ),
        )


_COLUMNS = (
    "clock", "began", "origin", "record", "seq", "src", "dst", "src_key", "dst_key", "src_inside", "dst_inside",
    "dst_outside", "dst_port", "calling", "called", "operation",
)  # fmt: skip


def _calls(tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Give what was said over DICOM, and connections to its ports, in order."""
    parts = []
    if Kind.DICOM in tables:
        said = tables[Kind.DICOM].filter(pl.col("operation").is_not_null())
        parts.append(said.select(*_COLUMNS, kind=pl.lit(1, pl.Int32())))
    if Kind.FLOW in tables:
        spoke = (pl.col("dst_bytes") > 0).fill_null(value=True) & pl.col("answered")
        taken = tables[Kind.FLOW].filter(pl.col("dst_port").is_in(PORTS) & (pl.col("proto") == "tcp") & spoke)
        bare = taken.with_columns(
            calling=pl.lit(None, pl.String()), called=pl.lit(None, pl.String()), operation=pl.lit(FLOW)
        )
        parts.append(bare.select(*_COLUMNS, kind=pl.lit(0, pl.Int32())))
    return pl.concat(parts).sort("clock", "origin", "record", "kind", maintain_order=True)


def _note(row: Mapping[str, Any], sort: str) -> Sentence:
    target = row["dst"]
    if sort == GUESS:
        return say(
            "{target} refuses the titles {calling} and {called}",
            target=target,
            calling=row["calling"] or "?",
            called=row["called"] or "?",
        )
    if sort == MASS:
        return say("{n} queries or retrievals in one hour, on {target} among others", n=row["done"], target=target)
    if sort == LEAK:
        return say("images sent to {target}, outside", target=target)
    if sort == ASK:
        return say("{operation} on {target}, which it had never called", operation=row["operation"], target=target)
    return say("first connection to {target}, port {port}", target=target, port=str(row["dst_port"]))


def _what(facts: Counter[str], main: str) -> Sentence:
    if main == GUESS:
        return say("It tries one title after the other, and servers of images refuse them.")
    if main == LEAK:
        return say("It sends images to an address outside.")
    if main == MASS:
        return say(
            "It asked for images, or for lists of them, {n} times in one hour; its largest hour was {usual}.",
            n=facts["done"],
            usual=facts["usual"],
        )
    if main == ASK:
        return say_many(
            "It asked a server of images that it had never called before, {n} time.",
            "It asked servers of images that it had never called before, {n} times.",
            facts[ASK],
        )
    return say("It connected to a server of images that it had never called, by no passage of the map.")


def _usual(main: str) -> Sentence:
    if main == GUESS:
        return say("A scanner or a workstation has one title, written in its settings, and is not refused.")
    if main == LEAK:
        return say("Images leave to suppliers that the map knows, or not at all.")
    if main == MASS:
        return say("A reading room asks for a few dozen examinations an hour.")
    return say("Who asks a server of images hardly changes from one month to the next.")


DETECTOR = Dicom()
