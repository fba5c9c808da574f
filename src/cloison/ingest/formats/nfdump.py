"""Files of nfcapd and nfdump: their own layout, read by nfdump itself."""

import shutil
from collections.abc import Iterator
from typing import ClassVar

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.addresses import canonical
from cloison.ingest.child import Child, running
from cloison.ingest.flow_meter import blocks_of_lines, time_limit
from cloison.ingest.format import Opened, Tally
from cloison.ingest.pairing import ROWS, pair_flows
from cloison.model.observations import Kind
from cloison.words import say, verbatim

PROGRAM = "nfdump"

_MAGICS = (b"\x0c\xa5", b"\xa5\x0c")
_VERSIONS = (1, 2)

_TOKENS = {
    "begin": "%tsr", "lasted": "%td", "proto": "%pr", "src": "%sa", "src_port": "%sp", "dst": "%da",
    "dst_port": "%dp", "packets": "%pkt", "octets": "%byt", "packets_back": "%opkt", "octets_back": "%obyt",
    "flags": "%flg", "src_mac": "%ismc", "dst_mac": "%odmc", "vlan": "%svln", "exporter": "%ra",
}  # fmt: skip
"""nfdump(1), "OUTPUT FORMATS". `%ter`, the end, has wrong milliseconds in 1.7.1: the duration serves."""

_FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32}
_NO_MAC = "00:00:00:00:00:00"


class Nfdump:
    """What the collector nfcapd writes every five minutes."""

    name: ClassVar[str] = "nfdump"

    def recognise(self, head: bytes) -> bool:
        """Tell by the magic number and the layout's version."""
        order = "little" if head[:2] == _MAGICS[0] else "big"
        return head[:2] in _MAGICS and len(head) >= 4 and int.from_bytes(head[2:4], order) in _VERSIONS  # type: ignore[arg-type]  # noqa: PLR2004

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # one stream only
        """There is one stream only."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give FLOW tables; `record` counts the file's records from 1.

        Raises:
            UnreadableSourceError: nfdump is not installed, or gets nothing from the file.
        """
        program = shutil.which(PROGRAM)
        if program is None:
            raise UnreadableSourceError(
                say("only nfdump reads this file, and it is not installed"),
                fix=say("install the Debian package {package}, or name a capture or datagrams", package="nfdump"),
                where=opened.shown,
            )
        read = 0
        with opened.on_disk() as path:
            # -6: whole IPv6 addresses, -N: plain numbers, -q: no summary.
            command = [program, "-q", "-6", "-N", "-r", str(path), "-o", "fmt:" + "|".join(_TOKENS.values())]
            limit = time_limit(path.stat().st_size)
            with running(command, limit=limit, environment={"TZ": "UTC", "LC_ALL": "C.UTF-8"}) as child:
                for block in blocks_of_lines(child.output):
                    halves, lines = _as_halves(block, read)
                    read += lines
                    tally.rejected += lines - halves.height
                    if halves.height:
                        yield Kind.FLOW, pair_flows(halves)
        _remark(child, read, opened, tally)


def _as_halves(block: bytes, before: int) -> tuple[pl.DataFrame, int]:
    """Give nfdump's lines as a table of `ROWS`, malformed ones left out, and how many there were."""
    lines = [line for line in block.decode("utf-8", "replace").splitlines() if "|" in line]
    if not lines:  # nfdump says in plain words that nothing matches
        return pl.DataFrame(schema=ROWS), 0
    raw = pl.DataFrame({"line": lines}).select(
        pl.col("line").str.split("|").list.to_struct(fields=list(_TOKENS)).struct.unnest()
    )
    raw = raw.with_columns(pl.all().str.strip_chars())
    number = {name: pl.col(name).cast(pl.Int64, strict=False) for name in _TOKENS}
    begin = (pl.col("begin").cast(pl.Float64, strict=False) * 1e6).round().cast(pl.Int64, strict=False)
    lasted = (pl.col("lasted").cast(pl.Float64, strict=False) * 1e6).round().cast(pl.Int64, strict=False)
    # ICMP's type and code are written as one port, "8.0".
    icmp = pl.col("dst_port").str.split(".")
    told = icmp.list.len() == 2  # noqa: PLR2004  # type and code
    one_way = (number["packets_back"] == 0) & (number["octets_back"] == 0)
    table = raw.select(
        pl.col("exporter"),
        begin.alias("begin_us"),
        (begin + pl.max_horizontal(lasted, 0)).alias("end_us"),
        pl.int_range(before + 1, before + 1 + pl.len(), dtype=pl.UInt64()).alias("record"),
        pl.col("src"),
        pl.when(told)
        .then(icmp.list.first().cast(pl.Int64, strict=False))
        .otherwise(number["src_port"])
        .alias("src_port"),
        pl.col("dst"),
        pl.when(told)
        .then(icmp.list.last().cast(pl.Int64, strict=False))
        .otherwise(number["dst_port"])
        .alias("dst_port"),
        number["proto"].alias("proto"),
        number["octets"].alias("octets"),
        number["packets"].alias("packets"),
        pl.when(~one_way).then(number["octets_back"]).alias("octets_back"),
        pl.when(~one_way).then(number["packets_back"]).alias("packets_back"),
        pl.sum_horizontal(
            pl.when(pl.col("flags").str.contains(letter, literal=True)).then(bit).otherwise(0)
            for letter, bit in _FLAGS.items()
        ).alias("flags"),
        pl.lit(None).alias("flags_back"),
        pl.lit(None).alias("denied"),
        pl.when(number["vlan"] > 0).then(number["vlan"]).alias("vlan"),
        *(pl.when(pl.col(name) != _NO_MAC).then(pl.col(name)).alias(name) for name in ("src_mac", "dst_mac")),
    ).cast(ROWS, strict=False)  # type: ignore[arg-type]  # a mapping of names
    whole = canonical(table, "src", "dst").drop_nulls(["begin_us", "end_us", "src", "dst"])
    return whole.filter(pl.col("begin_us") >= 0), len(lines)


def _remark(child: Child, read: int, opened: Opened, tally: Tally) -> None:
    """Say what went wrong: nfdump leaves with code 0 whatever happens, and complains on standard error."""
    reason = child.complaint.splitlines()[-1] if child.complaint else ""
    if not read and reason:
        raise UnreadableSourceError(
            say("nfdump cannot read it: {reason}", reason=verbatim(reason)),
            fix=say("collect it again, or read it with the nfdump that wrote it"),
            where=opened.shown,
        )
    if child.out_of_time:
        tally.remarks.append(say("nfdump took too long and was stopped: later flows are missing"))
    elif reason:
        tally.remarks.append(say("nfdump stopped early: {reason}", reason=verbatim(reason)))
