"""Fold the detectors over a stream of observations, wherever the stream is cut."""

from collections.abc import Sequence

import polars as pl

from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context, Detector
from cloison.detect.places import Places
from cloison.model.finding import Finding
from cloison.model.observations import SCHEMAS, Batch, Kind

__all__ = ["PREPARED", "Context", "Fold", "start"]

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
)
"""Columns that every detector finds in its tables. Rows without src or dst are left out, but where the kind has
no such column (host events, DHCP), and then the columns from `src_key` on are absent."""

CHUNK = 1 << 19
"""Rows taken together: vectorised work on half a million rows costs less per row than on ten thousand."""


class Fold:
    """Detectors at work on one stream."""

    def __init__(self, context: Context, detectors: Sequence[Detector]) -> None:
        self._watches = [(detector, detector.watch(context)) for detector in detectors]
        self._columns: dict[Kind, list[str]] = {}
        for detector in detectors:
            for kind, columns in detector.reads.items():
                ends = ("src", "dst") if _has_ends(kind) else ()
                wanted = self._columns.setdefault(kind, ["ts", "seen_at", "origin", "record", *ends])
                wanted.extend(column for column in columns if column not in wanted)
        self._places = Places(context.book)
        self._waiting: dict[Kind, list[pl.DataFrame]] = {}
        self._rows_waiting = 0
        self._clocks: dict[Kind, tuple[int, int]] = {}

    def step(self, batch: Batch) -> None:
        """Take the next records, in the order of `seen_at`, `origin`, `record`, all kinds together."""
        for kind, frame in batch.items():
            if kind in self._columns and frame.height:
                self._waiting.setdefault(kind, []).append(frame.select(self._columns[kind]))
                self._rows_waiting += frame.height
        if self._rows_waiting >= CHUNK:
            self._work()

    def findings(self) -> tuple[Finding, ...]:
        """Give every finding so far, by `detected_at`, then id."""
        if self._rows_waiting:
            self._work()
        found = [finding for _, watch in self._watches for finding in watch.findings()]
        return tuple(sorted(found, key=lambda finding: (finding.detected_at, finding.id)))

    def _work(self) -> None:
        tables = {kind: self._prepare(kind, pl.concat(frames)) for kind, frames in self._waiting.items()}
        self._waiting.clear()
        self._rows_waiting = 0
        for detector, watch in self._watches:
            theirs = {kind: tables[kind] for kind in detector.reads if kind in tables and tables[kind].height}
            if theirs:
                watch.step(theirs)

    def _prepare(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        needed = ("src", "dst", "seen_at") if _has_ends(kind) else ("seen_at",)
        if any(rows[name].null_count() for name in needed):
            rows = rows.drop_nulls(needed)
        if rows.is_empty():
            return rows
        count, latest = self._clocks.get(kind, (0, -(1 << 62)))
        rows = rows.with_columns(
            began=pl.coalesce("ts", "seen_at").to_physical(),
            clock=pl.max_horizontal(pl.col("seen_at").to_physical().cum_max(), pl.lit(latest, pl.Int64())),
            seq=pl.int_range(count, count + rows.height, dtype=pl.Int64()),
        ).drop("ts", "seen_at")
        self._clocks[kind] = (count + rows.height, rows["clock"].item(-1))
        return self._places.locate(rows) if _has_ends(kind) else rows


def _has_ends(kind: Kind) -> bool:
    return "src" in SCHEMAS[kind] and "dst" in SCHEMAS[kind]


def start(context: Context, detectors: Sequence[Detector] | None = None) -> Fold:
    """Begin to fold detectors over a stream; all the known ones by default."""
    return Fold(context, known_detectors() if detectors is None else detectors)
