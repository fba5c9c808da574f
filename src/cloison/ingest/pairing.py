"""Exported flows tell one direction each: bring the two halves of a conversation together.

The rule, for the halves of one exporter, protocol and pair of ends: sorted by begin, a half is paired with the next
one when that goes the other way and begins before the first has been over for `GRACE` (2 seconds). The half that
begins first is the caller's; when both begin together, the caller is the one that speaks to the lower port. What
then goes from a server's port to a client's without a SYN of its own is an answer whose question was not exported, or
was exported before: it is turned around, so that its sender is not taken for the caller. Nothing is added or dropped:
octets and packets are conserved.
"""

from datetime import timedelta

import polars as pl

from cloison.ingest.addresses import group_address
from cloison.ingest.answered import state_of
from cloison.ingest.exported import Row
from cloison.ingest.flow_meter import EPHEMERAL, WELL_KNOWN
from cloison.model.observations import SCHEMAS, TIME, Kind

GRACE = timedelta(seconds=2)
"""Between the end of a question and the beginning of its answer; exporters' clocks tick in milliseconds."""

_SYN, _RST, _ACK, _REAL_FLAGS = 0x02, 0x04, 0x10, 0x3F
_TCP = 6
_PROTOCOLS = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp"}

ROWS = {
    "exporter": pl.String(),
    "begin_us": pl.Int64(),
    "end_us": pl.Int64(),
    "record": pl.UInt64(),
    "src": pl.String(),
    "src_port": pl.UInt16(),
    "dst": pl.String(),
    "dst_port": pl.UInt16(),
    "proto": pl.Int64(),
    "octets": pl.UInt64(),
    "packets": pl.UInt64(),
    "octets_back": pl.UInt64(),
    "packets_back": pl.UInt64(),
    "flags": pl.Int64(),
    "flags_back": pl.Int64(),
    "denied": pl.Boolean(),
    "vlan": pl.UInt16(),
    "src_mac": pl.String(),
    "dst_mac": pl.String(),
}
"""Columns of a table of `Row`."""

_TURNED = {
    "src": "dst", "src_port": "dst_port", "octets": "octets_back", "packets": "packets_back",
    "flags": "flags_back", "src_mac": "dst_mac",
}  # fmt: skip


def pair_flows(rows: list[Row] | pl.DataFrame) -> pl.DataFrame:
    """Give exported flows as a FLOW table (without `origin`), in the order of `record`: the earlier of a pair's two.

    Args:
        rows: of one stretch, as rows or as a table of `ROWS`; halves in different stretches are not paired.
    """
    halves = pl.DataFrame(rows, schema=ROWS, orient="row") if isinstance(rows, list) else rows
    return _as_flows(_turn_replies(_join(halves)))


def _join(halves: pl.DataFrame) -> pl.DataFrame:
    one_way = pl.col("octets_back").is_null() & pl.col("packets_back").is_null() & pl.col("denied").is_null()
    has_ports = pl.col("proto").is_in([6, 17, 132])
    forward = (pl.col("src") < pl.col("dst")) | (
        (pl.col("src") == pl.col("dst")) & (pl.col("src_port").fill_null(0) <= pl.col("dst_port").fill_null(0))
    )
    # ICMP's "ports" are type and code, which differ between question and answer.
    src_port = pl.when(has_ports).then("src_port").otherwise(0).fill_null(0)
    dst_port = pl.when(has_ports).then("dst_port").otherwise(0).fill_null(0)
    keyed = halves.with_columns(
        forward.alias("forward"),
        one_way.alias("one_way"),
        pl.when(forward).then("src").otherwise("dst").alias("low"),
        pl.when(forward).then("dst").otherwise("src").alias("high"),
        pl.when(forward).then(src_port).otherwise(dst_port).alias("low_port"),
        pl.when(forward).then(dst_port).otherwise(src_port).alias("high_port"),
    )
    key = ("exporter", "proto", "low", "low_port", "high", "high_port")
    caller_first = pl.col("dst_port").fill_null(0)  # of two that begin together, the one towards the lower port
    ordered = keyed.sort(*key, "begin_us", caller_first, "record", nulls_last=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(-1)) for name in key)
    follows = (
        same
        & (pl.col("forward") != pl.col("forward").shift(-1))
        & (pl.col("begin_us").shift(-1) <= pl.col("end_us") + int(GRACE.total_seconds() * 1_000_000))
        & pl.col("one_way")
        & pl.col("one_way").shift(-1)
    ).fill_null(value=False)
    # In a run of halves that may each be paired with the next: the first with the second, the third with the fourth.
    ordered = ordered.with_columns(follows.alias("follows"))
    ordered = ordered.with_columns(pl.col("follows").rle_id().alias("run"))
    ordered = ordered.with_columns((pl.col("follows") & (pl.int_range(pl.len()).over("run") % 2 == 0)).alias("opens"))
    ordered = ordered.with_columns(pl.col("opens").shift(1, fill_value=False).alias("closes"))
    back = {
        "octets_back": "octets", "packets_back": "packets", "flags_back": "flags",
    }  # fmt: skip
    joined = ordered.with_columns(
        *(pl.when("opens").then(pl.col(theirs).shift(-1)).otherwise(ours).alias(ours) for ours, theirs in back.items()),
        pl.when("opens")
        .then(pl.max_horizontal("end_us", pl.col("end_us").shift(-1)))
        .otherwise("end_us")
        .alias("end_us"),
        pl.when("opens")
        .then(pl.min_horizontal("record", pl.col("record").shift(-1)))
        .otherwise("record")
        .alias("record"),
        pl.when("opens")
        .then(pl.coalesce("dst_mac", pl.col("src_mac").shift(-1)))
        .otherwise("dst_mac")
        .alias("dst_mac"),
        (pl.col("opens") | ~pl.col("one_way")).alias("two_way"),
    )
    return joined.filter(~pl.col("closes")).sort("record")


def _turn_replies(flows: pl.DataFrame) -> pl.DataFrame:
    src, dst = pl.col("src_port"), pl.col("dst_port")
    from_server = ((src < WELL_KNOWN) & (dst >= WELL_KNOWN)) | ((src < EPHEMERAL) & (dst >= EPHEMERAL))
    # Of a pair, the half that begins first with a SYN asked; of a lone half, the one whose SYN acknowledges nothing.
    asked = pl.when("two_way").then(pl.col("flags") & _SYN != 0).otherwise(pl.col("flags") & (_SYN | _ACK) == _SYN)
    asks = (pl.col("proto") == _TCP) & asked.fill_null(value=False)
    turned = (
        pl.col("denied").is_null() & pl.col("proto").is_in([6, 17]) & from_server & ~asks.fill_null(value=False)
    ).fill_null(value=False)
    swaps = {**_TURNED, **{theirs: ours for ours, theirs in _TURNED.items()}}
    return flows.with_columns(turned.alias("turned")).with_columns(
        pl.when("turned").then(theirs).otherwise(ours).alias(ours) for ours, theirs in swaps.items()
    )


def _as_flows(flows: pl.DataFrame) -> pl.DataFrame:
    return flows.select(
        pl.from_epoch("begin_us", time_unit="us").cast(TIME).alias("ts"),
        pl.from_epoch("end_us", time_unit="us").cast(TIME).alias("seen_at"),
        "record",
        "src",
        "src_port",
        "dst",
        "dst_port",
        pl.col("proto").replace_strict(_PROTOCOLS, default=pl.col("proto").cast(pl.String)).alias("proto"),
        pl.lit(None, pl.String).alias("service"),
        pl.col("octets").alias("src_bytes"),
        pl.col("octets_back").alias("dst_bytes"),
        pl.col("packets").alias("src_packets"),
        pl.col("packets_back").alias("dst_packets"),
        _answered().alias("answered"),
        state_of(pl.when(pl.col("proto") == _TCP).then(pl.lit("tcp")), pl.col("flags")).alias("state"),
        "vlan",
        "src_mac",
        "dst_mac",
    ).cast({name: dtype for name, dtype in SCHEMAS[Kind.FLOW].items() if name != "origin"})


def _answered() -> pl.Expr:
    """Whether the other side took the connection, as far as one or both halves tell.

    A firewall's word comes first. TCP answered by resets only is refused; a caller that sent nothing but SYN was
    not answered; one that acknowledged more than its reset was. Other protocols: answered when something came
    back, unknown when only one half is there, for many exporters tell one direction only.
    """
    forth, back = pl.col("flags") & _REAL_FLAGS, pl.col("flags_back") & _REAL_FLAGS
    came_back = (pl.col("packets_back").fill_null(0) > 0) | (pl.col("octets_back").fill_null(0) > 0)
    refused = (back & _RST != 0) & (back & _SYN == 0) & ((back & ~(_RST | _ACK)) == 0)
    tcp = (
        pl.when(came_back)
        .then(~refused.fill_null(value=False))
        .when(forth == _SYN)
        .then(pl.lit(value=False))
        .when((forth & _ACK != 0) & (forth & _RST == 0))
        .then(pl.lit(value=True))
    )
    other = pl.when(came_back).then(pl.lit(value=True))
    told = pl.when(pl.col("proto") == _TCP).then(tcp).otherwise(other)
    return (
        pl.when(group_address(pl.col("dst")))
        .then(None)
        .otherwise(pl.when("denied").then(pl.lit(value=False)).otherwise(told))
    )
