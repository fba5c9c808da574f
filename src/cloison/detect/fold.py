"""Fold the detectors over a stream of observations, wherever the stream is cut."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import polars as pl

from cloison import __version__
from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context, Detector, Watch, wants_repeats
from cloison.detect.places import Places
from cloison.detect.repeats import Repeats
from cloison.detect.state import dump, load
from cloison.model.finding import Finding
from cloison.model.observations import SCHEMAS, Batch, Kind

__all__ = ["PREPARED", "Context", "Fold", "restore", "start"]

PREPARED: tuple[str, ...] = (
    "seq",  # Int64: place of the row among those of its kind, from 0
    "clock",  # Int64, microseconds since 1970: latest seen_at so far, so it never goes back
    "began",  # Int64, microseconds since 1970: ts
    "origin",
    "record",
    "src",
    "dst",
    "src_key",  # UInt64, see places.address_key
    "dst_key",
    "src_inside",  # Boolean, see places.Places.locate
    "dst_inside",
    "dst_outside",
    "new_today",  # Boolean, connections only, see repeats.Repeats
)
"""Columns that every detector finds in its tables. Rows without src or dst are left out, but where the kind has
no such column (host events, DHCP), and then the columns from `src_key` on are absent."""

CHUNK = 1 << 19
"""Rows taken together: vectorised work on half a million rows costs less per row than on ten thousand."""


WORTH_SHARING = 1 << 16
"""Rows from which several hands judge them sooner than one."""


class Fold:
    """Detectors at work on one stream.

    Attributes:
        late: rows that came after a later one of their kind; they count as seen when they came.
    """

    def __init__(self, context: Context, detectors: Sequence[Detector], hands: int = 1) -> None:
        """Take what is known, who works, and how many detectors may judge the same rows at a time, in threads."""
        self._hands = hands
        self._context = replace(context, starts=dict(context.starts))
        self._watches: dict[str, tuple[Detector, Watch]] = {}
        self._columns: dict[Kind, list[str]] = {}
        for detector in detectors:
            watch = detector.watch(self._context)
            if watch is None:
                continue
            self._watches[detector.name] = (detector, watch)
            for kind, columns in detector.reads.items():
                ends = ("src", "dst") if has_ends(kind) else ()
                wanted = self._columns.setdefault(kind, ["ts", "seen_at", "origin", "record", *ends])
                wanted.extend(column for column in columns if column not in wanted)
        self._places = Places(context.book)
        self._repeats = Repeats()
        self._waiting: dict[Kind, list[pl.DataFrame]] = {}
        self._rows_waiting = 0
        self._clocks: dict[Kind, tuple[int, int]] = {}
        self.late = 0

    def step(self, batch: Batch) -> None:
        """Take the next records, in the order of `seen_at`, `origin`, `record`, all kinds together."""
        for kind, frame in batch.items():
            if kind in self._columns and frame.height:
                self._waiting.setdefault(kind, []).append(frame.select(self._columns[kind]))
                self._rows_waiting += frame.height
        if self._rows_waiting >= CHUNK:
            self.work()

    def findings(self) -> tuple[Finding, ...]:
        """Give every finding so far, by `detected_at`, then id."""
        if self._rows_waiting:
            self.work()
        return in_order(finding for _, watch in self._watches.values() for finding in watch.findings())

    def work(self) -> None:
        """Judge the rows that wait for company; how often this is asked changes no finding."""
        tables = {kind: self._prepare(kind, pl.concat(frames, rechunk=True)) for kind, frames in self._waiting.items()}
        shared = self._hands > 1 and self._rows_waiting >= WORTH_SHARING
        self._waiting.clear()
        self._rows_waiting = 0
        steps = []
        fewer = dict(tables)
        if Kind.FLOW in tables and tables[Kind.FLOW].height:
            fewer[Kind.FLOW] = tables[Kind.FLOW].filter("new_today")
        for detector, watch in self._watches.values():
            given = tables if wants_repeats(detector) else fewer
            theirs = {kind: given[kind] for kind in detector.reads if kind in given and given[kind].height}
            if theirs:
                steps.append((watch, theirs))
        if not shared:
            for watch, theirs in steps:
                watch.step(theirs)
            return
        # No watch knows of another, so that who comes first changes nothing. Python runs in one of them at a time;
        # most of the time goes to Polars, which lets the others run.
        with ThreadPoolExecutor(self._hands, "judge") as hands:
            for step in [hands.submit(watch.step, theirs) for watch, theirs in steps]:
                step.result()

    def note_starts(self, starts: Mapping[Kind, int]) -> None:
        """Learn when the whole stream began, of which this fold sees a part."""
        for kind, clock in starts.items():
            self._context.starts.setdefault(kind, clock)

    def save(self) -> bytes:
        """Give all that the detectors know, for `restore`.

        Raises:
            UnsavableError: a watch holds what cannot be saved; a mistake of its author.
        """
        if self._rows_waiting:
            self.work()
        return dump(self._state(), self._facts())

    def take_up(self, data: bytes) -> None:
        """Go on from what `save` gave, in place of this fold's beginning.

        Raises:
            BadStateError: the bytes are damaged, foreign, or of another version.
        """
        state = load(data, self._state(), self._facts())
        self._clocks, self.late = state["clocks"], state["late"]
        self._context.starts.update(state["starts"])

    def _state(self) -> dict[str, object]:
        return {
            "watches": {name: watch for name, (_, watch) in self._watches.items()},
            "clocks": self._clocks,
            "late": self.late,
            "starts": self._context.starts,
        }

    def _facts(self) -> dict[str, str]:
        """Name what the state's meaning depends on: keys are hashes of Polars'."""
        detectors = {f"detector {name}": repr(detector) for name, (detector, _) in self._watches.items()}
        rules = sha256(repr(self._context.rules).encode("utf-8", "backslashreplace")).hexdigest()
        return {"Cloison": __version__, "Polars": pl.__version__, "rules": rules, **detectors}

    def _prepare(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        rows = usable(kind, rows)
        if rows.is_empty():
            return rows
        count, latest = self._clocks.get(kind, (0, -(1 << 62)))
        rows = rows.with_columns(
            seen=pl.col("seen_at").to_physical(),
            began=pl.coalesce("ts", "seen_at").to_physical(),
            clock=pl.max_horizontal(pl.col("seen_at").to_physical().cum_max(), pl.lit(latest, pl.Int64())),
            seq=pl.int_range(count, count + rows.height, dtype=pl.Int64()),
        )
        self.late += rows.select((pl.col("seen") < pl.col("clock")).sum()).item()
        rows = rows.drop("ts", "seen_at", "seen")
        self._context.starts.setdefault(kind, rows["clock"].item(0))
        self._clocks[kind] = (count + rows.height, rows["clock"].item(-1))
        if has_ends(kind):
            rows = self._places.locate(rows)
        return self._repeats.mark(rows) if kind is Kind.FLOW else rows


def usable(kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the rows that say not when, or not who."""
    needed = ("src", "dst", "seen_at") if has_ends(kind) else ("seen_at",)
    return rows.drop_nulls(needed) if any(rows[name].null_count() for name in needed) else rows


def has_ends(kind: Kind) -> bool:
    """Tell whether a kind's rows go from one machine to another."""
    return "src" in SCHEMAS[kind] and "dst" in SCHEMAS[kind]


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put findings in the order in which they are told: by `detected_at`, then id."""
    return tuple(sorted(findings, key=lambda finding: (finding.detected_at, finding.id)))


def start(context: Context, detectors: Sequence[Detector] | None = None, *, hands: int = 1) -> Fold:
    """Begin to fold detectors over a stream; all the known ones by default, judging with so many threads."""
    return Fold(context, known_detectors() if detectors is None else detectors, hands)


def restore(data: bytes, context: Context, detectors: Sequence[Detector] | None = None) -> Fold:
    """Go on where `Fold.save` was called, as if nothing had happened in between.

    Args:
        data: what `Fold.save` gave.
        context: the map may have changed: it holds from here on.
        detectors: the same as then; all the known ones by default.

    Raises:
        BadStateError: the bytes are damaged, foreign, or of another version.
    """
    fold = start(context, detectors)
    fold.take_up(data)
    return fold
