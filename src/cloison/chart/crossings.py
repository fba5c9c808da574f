"""What passes from zone to zone, and what of it cannot be judged."""

from dataclasses import dataclass

import polars as pl

from cloison.chart.census import Census
from cloison.chart.places import Places
from cloison.chart.services import Span, is_known
from cloison.model.observations import TIME

CROSSING_SCHEMA: dict[str, pl.DataType] = {
    "from": pl.String(),
    "to": pl.String(),
    "proto": pl.String(),
    "low": pl.UInt16(),
    "high": pl.UInt16(),
    "src": pl.String(),  # of the exchange with the most records, with dst, origin and record
    "dst": pl.String(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
    "records": pl.UInt64(),
    "bytes": pl.UInt64(),
    "first": TIME,
    "last": TIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossings:
    """Traffic between zones.

    Attributes:
        table: answered exchanges, one row a pair of zones and service, `CROSSING_SCHEMA`, by zones and service.
        attempts: one row a pair of zones and service, with `records` that nobody answered.
        unplaced: records with an end that is the hospital's, in no zone.
        strangers: those ends, sorted.
        unknown: records between zones whose answer the logs do not tell.
        messages: records between zones of protocols without services (ICMP and others).
    """

    table: pl.DataFrame
    attempts: pl.DataFrame
    unplaced: int
    strangers: tuple[str, ...]
    unknown: int
    messages: int


def settle(edges: pl.DataFrame) -> pl.DataFrame:
    """Tell which one-way records are a question and its reply.

    A router that exports each direction by itself cannot say `answered`. When a machine sends to a
    service's port and that machine sends back to a port that is no service's, it was answered; the way
    back is no exchange of its own and goes.

    Args:
        edges: `EDGE_SCHEMA`.

    Returns:
        The same columns; `answered` is still null where it cannot be told.
    """
    unknown = edges.filter(pl.col("answered").is_null() & pl.col("dst_port").is_not_null())
    if unknown.is_empty():
        return edges
    distinct = unknown.select("proto", "dst_port").unique()
    serves = [is_known(Span(proto, port, port)) for proto, port in distinct.iter_rows()]
    pair = unknown.join(distinct.with_columns(pl.Series("serves", serves)), on=["proto", "dst_port"])
    asked = pair.filter("serves").select("src", "dst", "proto").unique()
    back = pair.filter(~pl.col("serves")).select("src", "dst", "proto").unique()
    answered = asked.join(back, left_on=["src", "dst", "proto"], right_on=["dst", "src", "proto"], how="semi")
    answered = answered.with_columns(pl.lit(value=True).alias("settled"))
    replies = answered.select(pl.col("dst").alias("src"), pl.col("src").alias("dst"), "proto").with_columns(
        pl.lit(value=True).alias("reply")
    )
    key = ["src", "dst", "proto"]
    told = edges.join(answered, on=key, how="left", maintain_order="left").join(
        replies, on=key, how="left", maintain_order="left"
    )
    serving = pl.struct("proto", "dst_port").is_in(
        pair.filter("serves").select(pl.struct("proto", "dst_port")).to_series().unique().implode()
    )
    one_way = pl.col("answered").is_null() & pl.col("dst_port").is_not_null()
    return (
        told.filter(~(one_way & pl.col("reply").is_not_null() & ~serving))
        .with_columns(
            pl.when(one_way & serving).then(pl.col("settled")).otherwise(pl.col("answered")).alias("answered")
        )
        .drop("settled", "reply")
    )


def cross(census: Census, places: Places) -> Crossings:
    """Put the census on the map: what crosses from a zone to another."""
    edges = settle(census.edges())
    where = places.table(pl.concat([edges["src"], edges["dst"]]))
    placed = edges
    for side, zone in (("src", "from"), ("dst", "to")):
        renamed = where.rename({"address": side, "zone": zone, "own": f"{side}_own", "host": f"{side}_host"})
        placed = placed.join(renamed, on=side, how="left", maintain_order="left")
    placed = placed.filter(pl.col("src_host") & pl.col("dst_host"))
    lost_src, lost_dst = (
        pl.col(zone).is_null() & pl.col(f"{side}_own") for side, zone in (("src", "from"), ("dst", "to"))
    )
    lost = placed.filter((lost_src | lost_dst) & pl.col("answered").ne_missing(other=False))
    strangers = pl.concat([lost.filter(lost_src)["src"], lost.filter(lost_dst)["dst"]]).unique().sort()
    between = placed.filter(pl.col("from") != pl.col("to"))
    ported = between.filter(pl.col("dst_port").is_not_null())
    return Crossings(
        table=_by_service(ported.filter(pl.col("answered"))),
        attempts=_by_service(ported.filter(~pl.col("answered"))),
        unplaced=_records(lost),
        strangers=tuple(strangers),
        unknown=_records(ported.filter(pl.col("answered").is_null())),
        messages=_records(between.filter(pl.col("dst_port").is_null() & pl.col("answered").ne_missing(other=False))),
    )


def _records(rows: pl.DataFrame) -> int:
    return int(rows["records"].sum())


def _by_service(rows: pl.DataFrame) -> pl.DataFrame:
    # The busiest pair of addresses first, the earliest of equals: it stands for its group.
    ordered = rows.group_by("from", "to", "proto", "dst_port", "src", "dst").agg(
        pl.col("low", "first", "seen_at").min(),
        pl.col("high", "last").max(),
        pl.col("records", "sent", "received").sum(),
        pl.col("origin", "record").sort_by("seen_at", "origin", "record").first(),
    )
    ordered = ordered.sort("records", "seen_at", "origin", "record", descending=[True, False, False, False])
    grouped = ordered.group_by("from", "to", "proto", "dst_port", maintain_order=True).agg(
        pl.col("src", "dst", "origin", "record").first(),
        pl.col("low", "first").min(),
        pl.col("high", "last").max(),
        pl.col("records").sum(),
        (pl.col("sent").sum() + pl.col("received").sum()).alias("bytes"),
    )
    return grouped.select(*CROSSING_SCHEMA).sort("from", "to", "proto", "low")
