"""Put one file's records back in order, with bounded memory, the same way whatever the size of the pieces.

A record's place is given by its key. For record i of a file, of R that the buffer holds,

    key[i] = max(seen_at[i], max(seen_at[0..i-R]))

so that a file of at most R records is sorted completely, and in a larger one only a record that comes more
than R places after a later one is moved, to the moment when it was too late to put it back. Keys follow from
the file alone: neither the size of the pieces nor the other files change them.

Source: reordering with bounded lateness, as watermarks do it (Akidau et al., The Dataflow Model, VLDB 2015,
section 2.3); here the lateness is counted in records, because a log's clock may jump.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from cloison.model.observations import SCHEMAS, TIME, Kind

Keys = npt.NDArray[np.int64]
"""(n,) microseconds since 1970."""

NEVER = int(np.iinfo(np.int64).max)
ALWAYS = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one kind, in the file's order, and their keys."""

    kind: Kind
    rows: pl.DataFrame
    keys: Keys


class Reorder:
    """The reorder buffer of one file.

    Attributes:
        late: records moved because they came too late.
        records: records taken in.
        frontier: no record still to come has a smaller key.
    """

    def __init__(self, reach: int, floor: int = ALWAYS) -> None:
        """Take the number of records that the buffer can put back in order (R above).

        Args:
            reach: R.
            floor: what was released before the file was opened: no record gets a smaller key.
        """
        self._reach = reach
        self._floor = floor
        self._highest = ALWAYS
        self._window: Keys = np.empty(0, np.int64)  # highest seen_at after each of the last R records
        self._pieces: list[Piece] = []
        self.late = 0
        self.records = 0
        self.frontier = ALWAYS

    def add(self, tables: Sequence[tuple[Kind, pl.DataFrame]]) -> None:
        """Take the next records of the file: tables whose records interleave."""
        seen = [table["seen_at"].to_physical().to_numpy() for _, table in tables]
        if len(tables) == 1:
            keys = self._keys(seen[0])
            self._pieces.append(Piece(tables[0][0], _stamped(tables[0][1], seen[0], keys), keys))
            return
        records = np.concatenate([table["record"].to_numpy() for _, table in tables])
        order = np.argsort(records, kind="stable")
        keys = np.empty(len(records), np.int64)
        keys[order] = self._keys(np.concatenate(seen)[order])
        ends = np.cumsum([len(times) for times in seen])[:-1]
        for (kind, table), times, part in zip(tables, seen, np.split(keys, ends), strict=True):
            self._pieces.append(Piece(kind, _stamped(table, times, part), part))

    def close(self) -> None:
        """Tell that the file has no more records."""
        self.frontier = NEVER

    def floor(self) -> int:
        """Give the smallest key that may still come out."""
        return min((int(piece.keys.min()) for piece in self._pieces), default=self.frontier)

    def held(self) -> int:
        """Count the rows in the buffer."""
        return sum(len(piece.keys) for piece in self._pieces)

    def take(self, limit: int) -> list[Piece]:
        """Take out the rows whose key is below the limit, which no later row can have."""
        taken, left = [], []
        for piece in self._pieces:
            below = piece.keys < limit
            count = int(np.count_nonzero(below))
            if count == len(below):
                taken.append(piece)
            elif not count:
                left.append(piece)
            else:
                taken.append(_part(piece, below))
                left.append(_part(piece, ~below))
        self._pieces = left
        return taken

    def _keys(self, seen: Keys) -> Keys:
        """Give the keys of the next records, in the file's order."""
        if not len(seen):
            return seen
        highest = np.maximum.accumulate(np.maximum(seen, self._highest))
        trail = np.concatenate([self._window, highest])
        past = max(len(trail) - self._reach, 0)  # records that now lie more than R back
        keys = np.maximum(seen, self._floor)
        moved = min(past, len(seen))
        if moved:
            keys[-moved:] = np.maximum(keys[-moved:], trail[past - moved : past])
        self._window = trail[past:]
        if len(self._window) == self._reach:
            self.frontier = int(self._window[0])
        self._highest = int(highest[-1])
        self.records += len(seen)
        self.late += int(np.count_nonzero(keys > seen))
        return keys


def merge(pieces: Iterable[tuple[int, Piece]]) -> dict[Kind, pl.DataFrame]:
    """Put rows of several files together, by key, then file, then place in it.

    Args:
        pieces: (origin, rows) by rising origin, each file's in its own order.

    Returns:
        One table a kind, with the column `origin`.
    """
    by_kind: dict[Kind, list[tuple[int, Piece]]] = {}
    for origin, piece in pieces:
        by_kind.setdefault(piece.kind, []).append((origin, piece))
    return {kind: _merged(by_kind[kind]) for kind in Kind if kind in by_kind}


def _merged(pieces: list[tuple[int, Piece]]) -> pl.DataFrame:
    tables = [
        piece.rows.select(
            pl.lit(origin, dtype=pl.UInt32).alias(name) if name == "origin" else pl.col(name)
            for name in SCHEMAS[piece.kind]
        )
        for origin, piece in pieces
    ]
    table = pl.concat(tables)
    keys = np.concatenate([piece.keys for _, piece in pieces]) if len(pieces) > 1 else pieces[0][1].keys
    if np.all(keys[1:] >= keys[:-1]):
        return table
    order = np.argsort(keys, kind="stable").astype(np.uint32)
    return table.rechunk()[pl.Series(order)]  # rows are picked out of one piece five times faster than out of several


def _part(piece: Piece, mask: npt.NDArray[np.bool_]) -> Piece:
    return Piece(piece.kind, piece.rows.filter(pl.Series(mask)), piece.keys[mask])


def _stamped(table: pl.DataFrame, seen: Keys, keys: Keys) -> pl.DataFrame:
    """Write the keys where they differ from what the file says; `ts` keeps the truth."""
    if np.array_equal(seen, keys):
        return table
    return table.with_columns(pl.Series("seen_at", keys).cast(TIME))
