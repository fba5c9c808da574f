"""What is seen for the first time, and what has been seen within a number of days."""

from dataclasses import dataclass, field

import polars as pl

DAY = 86_400_000_000
"""Microseconds: what was seen is remembered by the UTC day."""


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"key": pl.UInt64(), "last": pl.Int64()})


@dataclass(slots=True)
class Firsts:
    """Numbers seen, each with the last UTC day on which it was.

    Attributes:
        days: what was not seen for longer than this is new again.
        limit: numbers remembered, 16 bytes each, and 16 more for those seen again on the present day. Beyond, new
            ones are neither given nor remembered until old ones are forgotten: the first ones tell the story.
        known: those of the days before the present one that are not too old.
        today: those of the present day.
        day: the present day, since 1970.
        count: how many numbers are remembered.
    """

    days: int
    limit: int
    known: pl.DataFrame = field(default_factory=_nothing)
    today: pl.DataFrame = field(default_factory=_nothing)
    day: int = -(1 << 31)
    count: int = 0

    def new(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the rows whose number is new, each number once, and remember all.

        Args:
            rows: in order, with at least key (UInt64) and clock (Int64, microseconds, never going back).
        """
        if rows.is_empty():
            return rows
        # Where several kinds of records are put together, a late one may lie before the present day.
        days = (rows["clock"] // DAY).clip(lower_bound=self.day)
        first, last = days.item(0), days.item(-1)
        if first == last:
            return self._take(rows, first)
        parts = rows.with_columns(last=days).partition_by("last", maintain_order=True)
        return pl.concat(self._take(part.drop("last"), part["last"].item(0)) for part in parts)

    def _take(self, rows: pl.DataFrame, day: int) -> pl.DataFrame:
        if day > self.day:
            self._turn(day)
        rows = rows.filter(pl.col("key").is_first_distinct())
        rows = _without(rows, _among(self.today, rows))
        again = _among(self.known, rows)
        fresh = _without(rows, again).head(max(0, self.limit - self.count))
        self.today = pl.concat(
            [self.today, *(part.select("key", last=pl.lit(day, pl.Int64())) for part in (fresh, again) if part.height)]
        )
        self.count += fresh.height
        return fresh

    def _turn(self, day: int) -> None:
        """Let another day begin."""
        self.known = pl.concat([_without(self.known, self.today), self.today]).filter(pl.col("last") >= day - self.days)
        self.today = _nothing()
        self.day, self.count = day, self.known.height


def _among(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the numbers of a table that are those of the few rows."""
    return table.join(rows.select("key"), on="key", how="semi")


def _without(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    return rows.join(table, on="key", how="anti", maintain_order="left") if table.height else rows
