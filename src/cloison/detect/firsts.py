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
        limit: numbers remembered, 16 bytes each. Beyond, new ones are neither given nor remembered until old ones
            are forgotten: the first ones tell the story.
    """

    days: int
    limit: int
    known: pl.DataFrame = field(default_factory=_nothing)

    def new(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the rows whose number is new, each number once, and remember all.

        Args:
            rows: in order, with at least key (UInt64) and clock (Int64, microseconds, never going back).
        """
        if rows.is_empty():
            return rows
        daily = rows.with_columns(day=pl.col("clock") // DAY).unique(["key", "day"], keep="first", maintain_order=True)
        if self.known.height + daily.height <= self.limit:
            fresh = self._take(daily)
        else:
            # Only near the limit does it matter what is forgotten before what is learnt.
            fresh = pl.concat([self._take_day(one) for one in daily.partition_by("day", maintain_order=True)])
        return fresh.drop("day")

    def _take(self, daily: pl.DataFrame) -> pl.DataFrame:
        joined = daily.join(self.known, on="key", how="left", maintain_order="left").with_columns(
            last=pl.col("day").shift(1).over("key").fill_null(pl.col("last"))
        )
        self._remember(joined.select("key", last="day"), joined["day"].item(-1))
        return joined.filter(pl.col("last").is_null() | (pl.col("day") - pl.col("last") > self.days)).drop("last")

    def _take_day(self, daily: pl.DataFrame) -> pl.DataFrame:
        today = daily["day"].item(0)
        self.known = self.known.filter(pl.col("last") >= today - self.days)
        fresh = daily.join(self.known, on="key", how="anti", maintain_order="left")
        fresh = fresh.head(max(0, self.limit - self.known.height))
        again = daily.join(self.known, on="key", how="semi")
        self._remember(pl.concat([fresh, again]).select("key", last="day"), today)
        return fresh

    def _remember(self, seen: pl.DataFrame, today: int) -> None:
        together = pl.concat(
            [self.known.join(seen, on="key", how="anti"), seen.group_by("key").agg(pl.col("last").max())]
        )
        self.known = together.filter(pl.col("last") >= today - self.days)
