"""What was seen, hour by hour, kept so that an indicator that comes months later finds its past.

One file a table and hour, `<folder>/<table>/2026-03-02T10.parquet`, rolled up: who called whom (`exchanges`), and what
was named on the wire (`names`). A file appears whole or not at all, so that a crash leaves the hours before it.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from cloison.errors import UnwritableFileError
from cloison.model.noun import noun
from cloison.model.observations import TIME, Batch, Kind
from cloison.store.naming import NAME_SCHEMA, names_in
from cloison.words import say, verbatim

EXCHANGES, NAMES = "exchanges", "names"
HOUR_FORMAT = "%Y-%m-%dT%H"

ROWS = 1_000_000
"""Rows that one file holds at most: past that, those of fewest records go, the unanswered first."""

OPEN_HOURS = 3
"""Hours that wait in memory for rows that come late; a row for an older hour is merged into its file."""

FORGET_EVERY = 256
"""Files written between two looks at what is too old or too much."""

_COUNTS = {"records": pl.UInt64(), "first": TIME, "last": TIME}
_EXCHANGE_KEYS: Mapping[str, pl.DataType] = {
    "src": pl.String(),
    "dst": pl.String(),
    "dst_port": pl.UInt16(),
    "proto": pl.String(),
    "service": pl.String(),
}
SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    EXCHANGES: {
        **_EXCHANGE_KEYS,
        **_COUNTS,
        "answered": pl.UInt64(),
        "src_bytes": pl.UInt64(),
        "dst_bytes": pl.UInt64(),
    },
    NAMES: {**NAME_SCHEMA, **_COUNTS},
}
_KEYS: Mapping[str, tuple[str, ...]] = {EXCHANGES: tuple(_EXCHANGE_KEYS), NAMES: tuple(NAME_SCHEMA)}
_SUMS: Mapping[str, tuple[str, ...]] = {
    EXCHANGES: ("records", "answered", "src_bytes", "dst_bytes"),
    NAMES: ("records",),
}


@noun
class Keeping:
    """How much history is kept.

    Attributes:
        days: hours older than this, counted from the latest hour kept, are forgotten.
        gigabytes: of disk, in all; the oldest hours go first.
    """

    days: int = 90
    gigabytes: float = 10.0


class History:
    """The history of one hospital, being written.

    Rows of hours that were already kept are merged with what is there: counts add up when the new rows begin after
    the old ones end, and otherwise the larger stays, so that keeping the same logs twice adds nothing.

    Attributes:
        dropped: rows left out because an hour held too many, or had not come yet.
    """

    def __init__(self, folder: Path, keeping: Keeping, *, now: datetime) -> None:
        """Take the folder, made when absent, how much to keep, and the present: later hours are a clock's mistake."""
        self._folder = folder
        self._keeping = keeping
        self._latest = now + timedelta(days=1)
        self._written = 0
        self._open: dict[str, dict[datetime, pl.DataFrame]] = {EXCHANGES: {}, NAMES: {}}
        self._shown: dict[tuple[str, datetime], pl.DataFrame] = {}
        self.dropped = 0

    def add(self, batch: Batch) -> None:
        """Take the next records, in any order.

        Raises:
            UnwritableFileError: the folder or a file cannot be written.
        """
        parts = {NAMES: names_in(batch)}
        if Kind.FLOW in batch:
            parts[EXCHANGES] = _exchanges(batch[Kind.FLOW])
        for table, everything in parts.items():
            rows = everything.filter(pl.col("hour") <= self._latest)
            self.dropped += everything.height - rows.height
            hours = self._open[table]
            for (hour,), mine in rows.partition_by("hour", as_dict=True, include_key=False).items():
                assert isinstance(hour, datetime)  # noqa: S101 - what `_hour` makes
                known = hours.get(hour)
                hours[hour] = self._bounded(table, mine if known is None else _joined(table, known, mine))
            for hour in sorted(hours)[:-OPEN_HOURS]:
                self._write(table, hour, hours.pop(hour))

    def close(self) -> None:
        """Write what waits, and forget what is too old.

        Raises:
            UnwritableFileError: the folder or a file cannot be written.
        """
        for table, hours in self._open.items():
            for hour in sorted(hours):
                self._write(table, hour, hours.pop(hour))
        self._forget()

    def show(self) -> None:
        """Write the hours that wait in memory too, so that they can be searched, and keep them open.

        Raises:
            UnwritableFileError: the folder or a file cannot be written.
        """
        for table, hours in self._open.items():
            for hour, rows in hours.items():
                if self._shown.get((table, hour)) is not rows:
                    # What is there is of the same rows, or fewer: merging keeps the larger counts.
                    self._write(table, hour, rows)
                    self._shown[table, hour] = rows
        self._shown = {key: rows for key, rows in self._shown.items() if key[1] in self._open[key[0]]}

    def save(self) -> dict[str, dict[datetime, pl.DataFrame]]:
        """Give the hours that wait in memory, for `take_up`."""
        return {table: dict(hours) for table, hours in self._open.items()}

    def take_up(self, saved: Mapping[str, Mapping[datetime, pl.DataFrame]]) -> None:
        """Go on from what `save` gave: hours written since then are merged with, not counted twice."""
        self._open = {table: dict(hours) for table, hours in saved.items()}

    def _write(self, table: str, hour: datetime, rows: pl.DataFrame) -> None:
        path = self._folder / table / f"{hour:{HOUR_FORMAT}}.parquet"
        known = hour_of(path, table)
        if known is not None:
            rows = self._bounded(table, _merged(table, known, rows))
        fresh = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                rows.sort(_KEYS[table]).write_parquet(out, compression="zstd")
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(path)
            self._written += 1
            if self._written % FORGET_EVERY == 0:  # a log of a thousand years must not fill the disk
                self._forget()
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _bounded(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        if rows.height <= ROWS:
            return rows
        self.dropped += rows.height - ROWS
        weight = [pl.col("answered") > 0] if table == EXCHANGES else []
        order = [*weight, pl.col("records"), *_KEYS[table]]
        return rows.sort(order, descending=[True] * (len(weight) + 1) + [False] * len(_KEYS[table])).head(ROWS)

    def _forget(self) -> None:
        kept = sorted((hour, path) for table in SCHEMAS for hour, path in hour_files(self._folder, table))
        if not kept:
            return
        oldest = kept[-1][0] - timedelta(days=self._keeping.days)
        room = self._keeping.gigabytes * 1e9
        try:
            for hour, path in reversed(kept):
                room -= path.stat().st_size
                if hour < oldest or room < 0:
                    path.unlink()
            for left in self._folder.glob("*/.*.new"):
                left.unlink()
        except OSError as error:
            raise _unwritable(self._folder, error) from error


def hour_files(folder: Path, table: str) -> Iterator[tuple[datetime, Path]]:
    """Give each hour that is kept and its file, in no order."""
    for path in folder.glob(f"{table}/*.parquet"):
        try:
            yield datetime.strptime(path.stem, HOUR_FORMAT).replace(tzinfo=UTC), path
        except ValueError:
            continue


def hour_of(path: Path, table: str) -> pl.DataFrame | None:
    """Give one hour's rows; None when there is none, or when the file is spoiled."""
    try:
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return None
    return rows if rows.schema == pl.Schema(SCHEMAS[table]) else None


def _exchanges(flows: pl.DataFrame) -> pl.DataFrame:
    counted = flows.drop_nulls(["src", "dst", "seen_at"]).group_by(
        pl.col("seen_at").dt.truncate("1h").alias("hour"), *_KEYS[EXCHANGES]
    )
    return counted.agg(
        records=pl.len().cast(pl.UInt64()),
        first=pl.col("ts").min(),
        last=pl.col("seen_at").max(),
        answered=pl.col("answered").sum().cast(pl.UInt64()),
        src_bytes=pl.col("src_bytes").sum(),
        dst_bytes=pl.col("dst_bytes").sum(),
    )


def _joined(table: str, known: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add up rows of one pass over the logs."""
    return (
        pl.concat([known, rows])
        .group_by(_KEYS[table])
        .agg(pl.col(_SUMS[table]).sum(), pl.col("first").min(), pl.col("last").max())
        .select(*SCHEMAS[table])
    )


def _merged(table: str, known: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add up what one pass found and what was kept before, unless they are of the same time."""
    both = pl.concat([known.with_columns(pass_=pl.lit(0)), rows.with_columns(pass_=pl.lit(1))])
    apart = pl.col("first").filter(pl.col("pass_") == 1).min() > pl.col("last").filter(pl.col("pass_") == 0).max()
    before = pl.col("last").filter(pl.col("pass_") == 1).max() < pl.col("first").filter(pl.col("pass_") == 0).min()
    adds = (apart | before).fill_null(value=True)
    return (
        both.group_by(_KEYS[table])
        .agg(
            *(
                pl.when(adds).then(pl.col(name).sum()).otherwise(pl.col(name).max()).alias(name)
                for name in _SUMS[table]
            ),
            pl.col("first").min(),
            pl.col("last").max(),
        )
        .select(*SCHEMAS[table])
    )


def _unwritable(folder: Path, error: OSError) -> UnwritableFileError:
    return UnwritableFileError(
        say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
        fix=say("choose another folder with --home DIR, or free this one"),
        where=str(folder),
    )
