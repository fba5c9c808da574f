"""Who spoke to whom: the traffic in totals small enough to keep, folded batch after batch."""

import polars as pl

from cloison.chart.fold import Fold, no_rank
from cloison.chart.traits import namings, telling
from cloison.model.addressing import AddressBook
from cloison.model.observations import SCHEMAS, TIME, Batch, Kind

EDGES_KEPT = 1_000_000
"""Distinct exchanges kept (about 200 MB); what nobody answered goes first, then what leaves the hospital."""

NAMES_KEPT = 200_000

FIRST_DYNAMIC = 49152
"""RFC 6335: ports from here are handed out on the fly; they are one service in the census."""

_FLOW = SCHEMAS[Kind.FLOW]
_COUNT = pl.UInt64()

EDGE_KEY = {name: _FLOW[name] for name in ("src", "dst", "proto", "dst_port", "service", "vlan", "answered")}
"""One exchange: `dst_port` is null where the protocol has none, and FIRST_DYNAMIC for all ports from there."""

EDGE_SCHEMA: dict[str, pl.DataType] = {
    **EDGE_KEY,
    "records": _COUNT,
    "sent": _COUNT,  # payload bytes by src
    "received": _COUNT,  # payload bytes by dst
    "low": pl.UInt16(),  # lowest port really seen
    "high": pl.UInt16(),
    "first": TIME,
    "last": TIME,
    "seen_at": TIME,  # of the earliest record, with its origin and record
    "origin": _FLOW["origin"],
    "record": _FLOW["record"],
}

_SEEN: dict[str, pl.DataType] = {
    "records": _COUNT,
    "seen_at": TIME,
    "origin": _FLOW["origin"],
    "record": _FLOW["record"],
}
NAME_KEY: dict[str, pl.DataType] = {"address": pl.String(), "name": pl.String(), "how": pl.String()}
TRAIT_KEY: dict[str, pl.DataType] = {"address": pl.String(), "trait": pl.String()}


class Census:
    """The totals of what was read so far. `start` makes one."""

    def __init__(self, book: AddressBook, *, edges_kept: int, names_kept: int) -> None:
        self._book = book
        totals = {
            **{name: pl.col(name).sum() for name in ("records", "sent", "received")},
            **{name: pl.col(name).min() for name in ("low", "first")},
            **{name: pl.col(name).max() for name in ("high", "last")},
        }
        counted = {"records": pl.col("records").sum()}
        self._edges = Fold(EDGE_KEY, totals, cap=edges_kept, rank=self._rank)
        self._names = Fold(NAME_KEY, counted, cap=names_kept, rank=no_rank)
        self._traits = Fold(TRAIT_KEY, counted, cap=names_kept, rank=no_rank)

    def add(self, batch: Batch) -> None:
        """Take in the next batch."""
        for kind, frame in batch.items():
            if frame.is_empty():
                continue
            if kind is Kind.FLOW:
                self._edges.add(_as_edges(frame))
            for rows in namings(kind, frame):
                self._add_own(self._names, rows)
            for rows in telling(kind, frame):
                self._add_own(self._traits, rows)

    def keep(self, edges: pl.DataFrame) -> None:
        """Take in exchanges that another census had counted."""
        self._edges.add(edges)

    def edges(self) -> pl.DataFrame:
        """Give the exchanges, `EDGE_SCHEMA`, earliest first."""
        return _table(self._edges, EDGE_SCHEMA)

    def names(self) -> pl.DataFrame:
        """Give the names of the hospital's own addresses: NAME_KEY, records, seen_at, origin, record."""
        return _table(self._names, {**NAME_KEY, **_SEEN})

    def traits(self) -> pl.DataFrame:
        """Give telling acts of the hospital's own addresses: TRAIT_KEY, records, seen_at, origin, record."""
        return _table(self._traits, {**TRAIT_KEY, **_SEEN})

    def records(self) -> int:
        """Count the flow records taken in, kept or not."""
        return self._edges.records

    def dropped(self) -> int:
        """Count the flow records for whose exchange there was no room."""
        return self._edges.dropped()

    def _add_own(self, fold: Fold, rows: pl.LazyFrame) -> None:
        frame = rows.collect()
        if not frame.is_empty():
            fold.add(frame.join(self._own(frame["address"]), on="address", how="semi"))

    def _own(self, addresses: pl.Series) -> pl.DataFrame:
        """Give those that are the hospital's, or private: a new network may be in no zone yet."""
        located = self._book.table(addresses)
        return located.filter(pl.col("inside") | is_private(pl.col("address")))

    def _rank(self, edges: pl.DataFrame) -> pl.Series:
        own = self._own(pl.concat([edges["src"], edges["dst"]]))["address"].implode()
        unanswered = pl.col("answered").eq_missing(other=False)
        leaves = ~(pl.col("src").is_in(own) & pl.col("dst").is_in(own))
        rank = pl.when(unanswered).then(2).when(leaves).then(1).otherwise(0).cast(pl.Int8)
        return edges.select(rank).to_series()


def start(book: AddressBook, *, edges_kept: int = EDGES_KEPT, names_kept: int = NAMES_KEPT) -> Census:
    """Begin a census.

    Args:
        book: of the map, or of no map; tells which addresses matter most when there is no room.
        edges_kept: distinct exchanges kept.
        names_kept: distinct names, traits and hardware addresses kept, each.
    """
    return Census(book, edges_kept=edges_kept, names_kept=names_kept)


def resume(book: AddressBook, edges: pl.DataFrame) -> Census:
    """Take up a census whose exchanges were kept: `edges` as `Census.edges` gave them.

    Names, traits and hardware addresses are not kept: leaks need none.
    """
    census = start(book)
    census.keep(edges)
    return census


_PRIVATE_V4 = r"10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\."
_PRIVATE_TEXT = rf"^({_PRIVATE_V4}|f[cd][0-9a-f]{{2}}:|fe[89ab][0-9a-f]:)"


def is_private(address: pl.Expr) -> pl.Expr:
    """Tell, by the canonical text alone, whether an address is in `PRIVATE` (many rows: no parsing)."""
    return address.str.contains(_PRIVATE_TEXT)


def _as_edges(frame: pl.DataFrame) -> pl.LazyFrame:
    ported = pl.col("proto").is_in(["tcp", "udp"])
    port = pl.when(ported).then(pl.col("dst_port"))
    return (
        frame.lazy()
        .filter(pl.col("src").is_not_null() & pl.col("dst").is_not_null())
        .select(
            "src",
            "dst",
            "proto",
            port.clip(upper_bound=FIRST_DYNAMIC).alias("dst_port"),
            "service",
            "vlan",
            "answered",
            pl.lit(1, dtype=_COUNT).alias("records"),
            pl.col("src_bytes").alias("sent"),
            pl.col("dst_bytes").alias("received"),
            port.alias("low"),
            port.alias("high"),
            pl.col("ts").alias("first"),
            pl.col("ts").alias("last"),
            "seen_at",
            "origin",
            "record",
        )
    )


def _table(fold: Fold, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    table = fold.table()
    return pl.DataFrame(schema=schema) if table is None else table.select(*schema)
