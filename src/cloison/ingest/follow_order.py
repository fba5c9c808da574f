"""Rows of many growing logs, held back a little so that they come out in the order of time.

A row waits until the latest row heard is `hold` later than it: what comes within that is put back in place, what
comes later is judged when it comes, and counted by the fold.

Source: watermarks with bounded lateness (Akidau et al., The Dataflow Model, VLDB 2015, section 2.3).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from cloison.ingest.order import ALWAYS, NEVER, Keys, Piece, merge
from cloison.model.observations import Batch, Kind

HELD_ROWS = 1 << 21
"""Beyond this the older half goes on, whatever may still come (about 500 MB of conn records)."""


class Held:
    """Rows that wait for those that belong before them.

    Attributes:
        high: latest `seen_at` heard, microseconds since 1970.
        released: every row out so far was below this.
    """

    def __init__(self) -> None:
        self.high = ALWAYS
        self.released = ALWAYS
        self._pieces: list[tuple[int, Piece]] = []

    def add(self, origin: int, tables: Iterable[tuple[Kind, pl.DataFrame]]) -> None:
        """Take rows of one log, in its own order."""
        for kind, table in tables:
            if table.height:
                keys = table["seen_at"].to_physical().to_numpy()
                self.high = max(self.high, int(keys.max()))
                self._pieces.append((origin, Piece(kind, table, keys)))

    def __len__(self) -> int:
        """Count the rows that wait."""
        return sum(len(piece.keys) for _, piece in self._pieces)

    def limit(self, floor: int, hold: int, *, quiet: bool) -> int:
        """Say how far rows may go on now.

        Args:
            floor: what is known to be there and unread is not below this; `NEVER` when all is read.
            hold: microseconds that a row may come too late by.
            quiet: nothing came for that long by our own clock: nothing more is waited for.
        """
        if quiet and floor == NEVER:
            return NEVER
        limit = min(self.high, floor) - hold if self.high != ALWAYS else ALWAYS
        if len(self) > HELD_ROWS:
            keys = np.concatenate([piece.keys for _, piece in self._pieces])
            limit = max(limit, int(np.median(keys)) + 1)
        return limit

    def release(self, limit: int) -> Batch:
        """Take out the rows below the limit, in the order of `seen_at`, origin, record."""
        self.released = max(self.released, min(limit, self.high + 1))
        out, left = [], []
        for origin, piece in self._pieces:
            below = piece.keys < limit
            if below.all():
                out.append((origin, piece))
            elif not below.any():
                left.append((origin, piece))
            else:
                out.append((origin, _part(piece, below)))
                left.append((origin, _part(piece, ~below)))
        self._pieces = left
        return merge(sorted(out, key=lambda pair: pair[0]))

    def save(self) -> dict[str, Any]:
        """Give plain values and tables, for `take_up`."""
        rows = [(origin, piece.kind, piece.rows) for origin, piece in self._pieces]
        return {"high": self.high, "released": self.released, "rows": rows}

    def take_up(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `save` gave."""
        rows: Sequence[tuple[int, Kind, pl.DataFrame]] = saved["rows"]
        for origin, kind, table in rows:
            self.add(origin, [(kind, table)])
        self.high, self.released = saved["high"], saved["released"]


def _part(piece: Piece, mask: Any) -> Piece:  # noqa: ANN401 - a mask of numpy's
    keys: Keys = piece.keys[mask]
    return Piece(piece.kind, piece.rows.filter(pl.Series(mask)), keys)
