"""Argus' flows as ra(1) writes them with commas: ".binetflow", "ra -c ,"."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from cloison.ingest.answered import argus_answered, argus_state
from cloison.ingest.format import Opened, Tally
from cloison.ingest.instants import read_iso
from cloison.ingest.lines import BLOCK_BYTES, Block, blocks, line_starts
from cloison.ingest.shape import shape
from cloison.model.observations import Kind
from cloison.words import say

_NEEDED = frozenset({"StartTime", "Proto", "SrcAddr", "DstAddr"})

_NUMBERS = ("Dur", "TotPkts", "SrcPkts", "DstPkts", "TotBytes", "SrcBytes", "DstBytes")
_TEXTS = ("StartTime", "Proto", "SrcAddr", "Sport", "Dir", "DstAddr", "Dport", "State", "SrcMac", "DstMac", "sVid")

_PROTOCOLS = {"ipv6-icmp": "icmp", "icmp6": "icmp", "igmp": "2", "gre": "47", "esp": "50", "ah": "51", "sctp": "132"}

_ECHO_REQUEST = 8  # ICMP's type; Argus' word for it is the state ECO


@dataclass(frozen=True, slots=True)
class Argus:
    """Argus' flows, with the columns that the first line names.

    Attributes:
        block_bytes: how much is parsed at a time.
    """

    name: ClassVar[str] = "argus"
    block_bytes: int = BLOCK_BYTES

    def recognise(self, head: bytes) -> bool:
        """Tell by the names of the columns."""
        return set(_columns(head.split(b"\n", 1)[0])) >= _NEEDED

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # there is one log only  # there is one log only
        """Give no name: there is one log."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give one table a block."""
        columns = _columns(opened.head.split(b"\n", 1)[0])
        with opened.stream() as stream:
            for block in blocks(stream, self.block_bytes):
                tally.rejected += block.skipped
                if block.count:
                    yield Kind.FLOW, _shape(_parse(block, columns, tally), tally)


def _columns(line: bytes) -> list[str]:
    if b"," not in line or b"\0" in line:
        return []
    try:
        return [name.strip() for name in next(csv.reader([line.decode("utf-8", "replace").strip()]), [])]
    except csv.Error:
        return []


def _parse(block: Block, columns: list[str], tally: Tally) -> pl.DataFrame:
    """Read the wanted columns; lines without as many columns as there are names are counted as rejected."""
    width = len(columns)
    places = {name: columns.index(name) for name in (*_NUMBERS, *_TEXTS) if name in columns}
    schema: dict[str, pl.DataType] = {f"c{place}": pl.String() for place in range(width + 1)}
    schema |= {f"c{places[name]}": pl.Float64() for name in _NUMBERS if name in places}
    frame = (
        pl.scan_csv(
            b"," * width + b"\n" + block.data,
            has_header=False,
            quote_char=None,
            schema=schema,
            ignore_errors=True,
            truncate_ragged_lines=True,
            extra_columns="ignore",
            missing_columns="insert",
            encoding="utf8-lossy",
        )
        .collect()
        .slice(1)
        .with_columns(pl.int_range(block.first, block.first + block.count, dtype=pl.UInt64).alias("record"))
    )
    commas, blank, header = _count_commas(block)
    fits = commas == width - 1
    tally.rejected += int(np.count_nonzero(~fits & ~blank))
    frame = frame.filter(pl.Series(fits & ~header))
    return frame.select(
        *(
            pl.col(f"c{places[name]}").alias(name)
            if name in places
            else pl.lit(None, pl.Float64 if name in _NUMBERS else pl.String).alias(name)
            for name in (*_NUMBERS, *_TEXTS)
        ),
        "record",
    )


def _count_commas(block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count each line's commas, and tell the lines that are blank or name the columns (again)."""
    data = np.frombuffer(block.data, np.uint8)
    starts = line_starts(block.data)
    total = np.concatenate([[0], np.cumsum(data == ord(","))])
    commas = total[starts[1:]] - total[starts[:-1]]
    length = np.diff(starts)
    header = np.array([block.data.startswith(b"StartTime,", start) for start in starts[:-1]])
    return commas, length <= len(b"\r\n"), header  # "\n" or "\r\n"


def _shape(raw: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    began = raw["StartTime"].cast(pl.Float64, strict=False)
    if began.null_count():
        texts = raw["StartTime"].str.strip_chars()
        began = began.fill_null(read_iso(texts))
        if texts.str.contains("/", literal=True).any():
            remark = say("its times do not say their time zone: they were taken as UTC")
            if remark not in tally.remarks:
                tally.remarks.append(remark)
    back = pl.col("Dir").str.strip_chars().is_in(["<-", "<?"])  # the other side called
    src_packets = pl.col("SrcPkts")
    dst_packets = pl.coalesce(pl.col("DstPkts"), pl.col("TotPkts") - pl.col("SrcPkts"))
    src_bytes = pl.col("SrcBytes")
    dst_bytes = pl.coalesce(pl.col("DstBytes"), pl.col("TotBytes") - pl.col("SrcBytes"))
    rows = raw.with_columns(
        began.alias("began"),
        src=pl.when(back).then("DstAddr").otherwise("SrcAddr").str.strip_chars(),
        dst=pl.when(back).then("SrcAddr").otherwise("DstAddr").str.strip_chars(),
        proto=pl.col("Proto").str.strip_chars().str.to_lowercase().replace(_PROTOCOLS),
        back=back,
    )
    has_ports = pl.col("proto").is_in(["tcp", "udp", "132"])
    echo = (pl.col("proto") == "icmp") & (pl.col("State").str.strip_chars().str.to_uppercase() == "ECO")
    gives = {
        "src": pl.col("src"),
        "src_port": pl.when(has_ports)
        .then(_port(pl.when("back").then("Dport").otherwise("Sport")))
        .when(echo)
        .then(_ECHO_REQUEST),
        "dst": pl.col("dst"),
        "dst_port": pl.when(has_ports).then(_port(pl.when("back").then("Sport").otherwise("Dport"))),
        "proto": pl.col("proto"),
        "src_bytes": pl.when("back").then(dst_bytes).otherwise(src_bytes),
        "dst_bytes": pl.when("back").then(src_bytes).otherwise(dst_bytes),
        "src_packets": pl.when("back").then(dst_packets).otherwise(src_packets),
        "dst_packets": pl.when("back").then(src_packets).otherwise(dst_packets),
        "answered": pl.when(~pl.col("back")).then(argus_answered()),
        "state": pl.when(~pl.col("back")).then(argus_state()),
        "vlan": pl.col("sVid").cast(pl.UInt16, strict=False),
        "src_mac": pl.when("back").then("DstMac").otherwise("SrcMac").str.to_lowercase(),
        "dst_mac": pl.when("back").then("SrcMac").otherwise("DstMac").str.to_lowercase(),
    }
    return shape(Kind.FLOW, rows, gives, tally, began="began", lasted="Dur", needs=("src", "dst"))


def _port(text: pl.Expr) -> pl.Expr:
    """Read a port, in decimal or as "0x01bb"."""
    text = text.str.strip_chars()
    return pl.coalesce(
        text.cast(pl.UInt16, strict=False),
        text.str.extract(r"^0x([0-9a-fA-F]+)$").str.to_integer(base=16, strict=False),
    )
