"""Who calls a server: its usual partners, and strangers among them."""

from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key

MICROSECOND = timedelta(microseconds=1)

SERVERS = 1 << 14
"""Servers followed: the first ones."""

PAIRS = 1 << 18
"""(client, server) pairs remembered."""

STRANGERS = 4096
"""Recent strangers, the oldest forgotten first."""


def _pairs() -> Firsts:
    return Firsts(days=60, limit=PAIRS)


@dataclass(slots=True)
class Partners:
    """The clients of each server of one protocol, as known at each record.

    Attributes:
        settled: how long a server must have been served before a new client of it is a stranger.
        strange: for how long a new client stays one.
        pairs: (client, server) pairs seen.
        servers: server -> clock of its first client.
        strangers: (client, server) -> clock at which it came.
    """

    settled: timedelta
    strange: timedelta
    pairs: Firsts = field(default_factory=_pairs)
    servers: dict[str, int] = field(default_factory=dict)
    strangers: dict[tuple[str, str], int] = field(default_factory=dict)

    def new(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the rows that are a client's first to its server; each must then be let come, in order.

        Args:
            rows: in order, with src_key, dst_key, clock.
        """
        return self.pairs.new(rows.with_columns(key=joined_key(pl.col("src_key"), pl.col("dst_key")))).drop("key")

    def come(self, source: str, target: str, clock: int) -> None:
        """Let a new client come to a server."""
        first = self.servers.get(target)
        if first is None:
            if len(self.servers) < SERVERS:
                self.servers[target] = clock
        elif clock - first >= self.settled // MICROSECOND:
            self.strangers.pop((source, target), None)
            if len(self.strangers) >= STRANGERS:
                del self.strangers[next(iter(self.strangers))]
            self.strangers[source, target] = clock

    def is_stranger(self, source: str, target: str, clock: int) -> bool:
        """Tell whether a client came to a settled server shortly before this moment."""
        came = self.strangers.get((source, target))
        return came is not None and clock - came <= self.strange // MICROSECOND
