"""Rows summed by key, batch after batch, in bounded memory; the cuts between batches change nothing."""

from collections.abc import Callable, Mapping

import polars as pl

RANK = "__rank"
ORDER = ("seen_at", "origin", "record")

Rank = Callable[[pl.DataFrame], pl.Series]
"""(rows of a fold) -> small whole numbers: when there is no room, the highest goes first."""


class Fold:
    """Totals by key, with the first record of each.

    Batches come in `seen_at` order, so the first row of a key is its earliest record. Beyond `cap` keys,
    those of the lowest rank stay, and among these the first seen: a key's place in that order never
    improves, so what stays is the same however the rows were cut, and its totals are whole.
    """

    def __init__(self, key: Mapping[str, pl.DataType], totals: Mapping[str, pl.Expr], *, cap: int, rank: Rank) -> None:
        """Prepare an empty fold.

        Args:
            key: columns that tell rows apart, with their types.
            totals: column -> how partial rows of one key become one, in terms of that same column.
            cap: keys kept.
            rank: which keys go first when there are too many.
        """
        self._key = key
        self._aggregates = [*(how.alias(name) for name, how in totals.items()), *(pl.col(c).first() for c in ORDER)]
        self._cap = cap
        self._rank = rank
        self._table: pl.DataFrame | None = None
        self._pending: list[pl.DataFrame] = []
        self._waiting = 0
        self._tidy = False
        self.records = 0
        """Rows added since the start, kept or not."""

    def add(self, rows: pl.DataFrame | pl.LazyFrame) -> None:
        """Add rows that hold the key, the totals and `ORDER`, in canonical order."""
        partial = rows.lazy().group_by(*self._key).agg(self._aggregates).collect()
        if partial.is_empty():
            return
        self.records += int(partial["records"].sum())
        self._pending.append(partial)
        self._waiting += partial.height
        if self._waiting > max(self._cap // 4, 0 if self._table is None else self._table.height):
            self._compact()

    def table(self) -> pl.DataFrame | None:
        """Give one row a key, earliest first; None when nothing was added."""
        if self._pending:
            self._compact()
        if self._table is not None and not self._tidy:
            self._make_room()
            self._table = self._table.sort(*ORDER, *self._key)
            self._tidy = True
        return self._table

    def dropped(self) -> int:
        """Count the records of keys for which there was no room."""
        table = self.table()
        return self.records - (0 if table is None else int(table["records"].sum()))

    def _compact(self) -> None:
        parts = ([] if self._table is None else [self._table]) + self._pending
        self._table = pl.concat(parts).group_by(*self._key).agg(self._aggregates)
        self._pending, self._waiting, self._tidy = [], 0, False
        if self._table.height > 2 * self._cap:
            self._make_room()

    def _make_room(self) -> None:
        if self._table is not None and self._table.height > self._cap:
            ranked = self._table.with_columns(self._rank(self._table).alias(RANK))
            self._table = ranked.sort(RANK, *ORDER, *self._key).head(self._cap).drop(RANK)


def no_rank(rows: pl.DataFrame) -> pl.Series:
    """Rank every row the same: the first seen stay."""
    return pl.zeros(rows.height, pl.Int8, eager=True)
