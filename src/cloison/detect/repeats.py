"""Which connections only repeat another of the day: most of them, in any network."""

import numpy as np
import polars as pl

from cloison.detect.firsts import DAY
from cloison.detect.places import joined_key

LIMIT = 1 << 22
"""Sorts of connections remembered of one UTC day, 16 bytes each. Beyond, all that comes is said to be new: detectors
find the same, more slowly."""

WELL_KNOWN = 8_192
"""Below it the caller's port may name a service too; above, each call has another."""

_AS_THEY_ARE = ("src_key", "dst_key", "dst_port", "proto", "service", "answered")


class Repeats:
    """The sorts of connections that the present day has seen.

    A sort is all that these have in common: both ends, the port called, the caller's when it is well known, protocol,
    service, whether it was answered, whether either side sent anything. Whoever looks for first contacts, whatever of
    these it filters by, needs only the first connection of each sort.
    """

    def __init__(self) -> None:
        self._seen = pl.DataFrame(schema={"sort": pl.UInt64(), "day": pl.Int64()})
        self._day = 0

    def mark(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `new_today`: false for a connection that repeats one of its UTC day, true for every other.

        Args:
            rows: connections in order, with src_key, dst_key, clock and any of the columns that make a sort.
        """
        day = rows["clock"].item(0) // DAY
        if day > self._day:
            self._seen, self._day = self._seen.filter(pl.col("day") >= day), day
        new = (
            rows.lazy()
            .select(sort=_sort(rows.columns), day=pl.col("clock") // DAY)
            .with_row_index("at")
            .filter(~pl.col("sort").is_in(self._seen["sort"].implode()))
            .filter(pl.col("sort").is_first_distinct())
            .collect()
        )
        if self._seen.height + new.height <= LIMIT:
            self._seen = pl.concat([self._seen, new.drop("at")])
        new_today = np.zeros(rows.height, dtype=np.bool_)
        new_today[new["at"].to_numpy()] = True
        return rows.with_columns(new_today=pl.Series(new_today))


def _sort(columns: list[str]) -> pl.Expr:
    parts = [pl.col(name) for name in _AS_THEY_ARE if name in columns]
    parts += [pl.col(name) > 0 for name in ("src_bytes", "dst_bytes") if name in columns]
    if "src_port" in columns:
        parts.append(pl.when(pl.col("src_port") < WELL_KNOWN).then("src_port").otherwise(WELL_KNOWN))
    return joined_key(*parts, pl.col("clock") // DAY)
