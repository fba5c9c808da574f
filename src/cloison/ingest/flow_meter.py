"""Flows of a capture, as nfstream meters them in a process of its own, put into Cloison's words."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest import metering
from cloison.ingest.addresses import group_address
from cloison.ingest.answered import ODD
from cloison.ingest.child import running
from cloison.ingest.format import Tally
from cloison.model.observations import SCHEMAS, TIME, Kind
from cloison.words import say, verbatim

BLOCK = 1 << 20
"""Bytes of the meter's lines taken at once: about 8,000 flows a table."""

PACE = 100_000
"""Bytes a second below which a program at work on a capture is taken as stuck; nfstream and tshark do 5 MB/s."""

SERVICES = {
    "tls": "ssl",
    "mdns": "dns",
    "llmnr": "dns",
    "dcerpc": "dce_rpc",
    "kerberos": "krb",
    "ftp_control": "ftp",
    "ftp_data": "ftp-data",
    "vnc": "rfb",
    "ethernetip": "enip",
    "http_proxy": "http",
    "mssql-tds": "mssql",
    "ldaps": "ssl",
    "pops": "ssl",
    "imaps": "ssl",
    "smtps": "ssl",
}
"""nDPI's names -> Zeek's, where they differ by more than case."""

_NOT_SERVICES = ("unknown", "icmp", "icmpv6", "igmp", "ospf", "ipsec")
_PROTOCOLS = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp"}
_NO_MAC = "00:00:00:00:00:00"
_TEXTS = {"src_ip", "dst_ip", "src_mac", "dst_mac", "application_name"}
_LINE = {column: pl.String() if column in _TEXTS else pl.Int64() for column in metering.COLUMNS}

WELL_KNOWN, EPHEMERAL = 1024, 32_768
"""Ports below the first are servers'; from the second up clients' (the lowest range in use: Linux's)."""


@dataclass(frozen=True, slots=True)
class Echoes:
    """Pairs seen to ask for an ICMP echo, "src>dst" in canonical text: the meter does not tell ICMP's types."""

    pairs: frozenset[str]


def time_limit(size: int) -> timedelta:
    """How long a program may work on a capture of `size` bytes."""
    return timedelta(seconds=300 + size / PACE)


def meter_flows(path: Path, shown: str, echoes: Echoes, tally: Tally, *, before: int = 0) -> Iterator[pl.DataFrame]:
    """Give FLOW tables in the order in which the flows end; `record` counts flows.

    Args:
        path: a pcap or pcapng file.
        shown: its name for people.
        echoes: who asked for echoes.
        tally: a meter that stopped early is remarked.
        before: flows of the file counted before.

    Raises:
        UnreadableSourceError: the meter refused the file, or died before the first flow.
    """
    command = [sys.executable, "-I", metering.__file__, str(path)]
    given = 0
    with running(command, limit=time_limit(path.stat().st_size), environment={}) as child:
        for lines in blocks_of_lines(child.output):
            table = _as_flows(lines, echoes, before + given)
            given += table.height
            yield table
    if child.code == 0:
        return
    if given == 0 and child.code == metering.REFUSED:
        raise UnreadableSourceError(
            say("the capture cannot be read: {reason}", reason=verbatim(child.complaint)),
            fix=say("export it again as pcap, for example with Wireshark or editcap"),
            where=shown,
        )
    if child.out_of_time:
        tally.remarks.append(say("metering the flows took too long and was stopped: later flows are missing"))
    else:
        tally.remarks.append(say("the flow meter stopped on this capture: later flows are missing"))


def blocks_of_lines(output: BinaryIO) -> Iterator[bytes]:
    """Cut a stream into blocks of whole lines; a last line without its end is dropped."""
    rest = b""
    while block := output.read(BLOCK):
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block


def _as_flows(lines: bytes, echoes: Echoes, given: int) -> pl.DataFrame:
    raw = pl.read_csv(lines, separator="\t", has_header=False, schema=_LINE, quote_char=None)
    swapped = raw.with_columns(_swap().alias("swap"))
    s_packets, d_packets = _side("src2dst_packets", "dst2src_packets")
    s_bytes, d_bytes = _side("src2dst_bytes", "dst2src_bytes")
    src, dst = _side("src_ip", "dst_ip")
    src_port, dst_port = _side("src_port", "dst_port")
    src_mac, dst_mac = _side("src_mac", "dst_mac")
    has_ports = pl.col("protocol").is_in([6, 17, 132])
    flows = swapped.select(
        pl.from_epoch("bidirectional_first_seen_ms", time_unit="ms").cast(TIME).alias("ts"),
        pl.from_epoch("bidirectional_last_seen_ms", time_unit="ms").cast(TIME).alias("seen_at"),
        pl.int_range(given + 1, given + 1 + pl.len(), dtype=pl.UInt64()).alias("record"),
        src.alias("src"),
        pl.when(has_ports).then(src_port).alias("src_port"),
        dst.alias("dst"),
        pl.when(has_ports).then(dst_port).alias("dst_port"),
        pl.col("protocol").replace_strict(_PROTOCOLS, default=pl.col("protocol").cast(pl.String)).alias("proto"),
        _service().alias("service"),
        s_bytes.alias("src_bytes"),
        d_bytes.alias("dst_bytes"),
        s_packets.alias("src_packets"),
        d_packets.alias("dst_packets"),
        _answered().alias("answered"),
        pl.when(_odd()).then(pl.lit(ODD)).alias("state"),
        pl.when(pl.col("vlan_id") > 0).then("vlan_id").alias("vlan"),
        pl.when(src_mac != _NO_MAC).then(src_mac).alias("src_mac"),
        pl.when(dst_mac != _NO_MAC).then(dst_mac).alias("dst_mac"),
    )
    return _with_echoes(flows, echoes).cast(
        {name: dtype for name, dtype in SCHEMAS[Kind.FLOW].items() if name != "origin"}
    )


def _swap() -> pl.Expr:
    """Whether nfstream's source, the sender of the first packet seen, is the side that was called.

    In TCP the side whose every packet acknowledges, its SYN included, answered. Without a SYN (the capture
    began later) or in UDP, the side on a server's port is taken as called.
    """
    tcp = pl.col("protocol") == 6  # noqa: PLR2004  # IANA: TCP
    syn, back_syn = pl.col("src2dst_syn_packets"), pl.col("dst2src_syn_packets")
    answers = (syn > 0) & (pl.col("src2dst_ack_packets") == pl.col("src2dst_packets"))
    unseen = pl.when(tcp).then((syn == 0) & (back_syn == 0) & ~_odd()).otherwise(pl.col("protocol") == 17)  # noqa: PLR2004
    src, dst = pl.col("src_port"), pl.col("dst_port")
    serves = ((src < WELL_KNOWN) & (dst >= WELL_KNOWN)) | ((src < EPHEMERAL) & (dst >= EPHEMERAL))
    return (tcp & answers) | (unseen & serves) | (tcp & (syn == 0) & (back_syn > 0) & serves)


def _odd() -> pl.Expr:
    """Whether the first sender's TCP segments have flags that no TCP sends: see `answered.state_of`."""
    packets, syn, fin = pl.col("src2dst_packets"), pl.col("src2dst_syn_packets"), pl.col("src2dst_fin_packets")
    none = (syn == 0) & (pl.col("src2dst_ack_packets") == 0) & (pl.col("src2dst_rst_packets") == 0)
    both = (syn == packets) & (fin == packets) & (pl.col("src2dst_ack_packets") == 0)
    return (pl.col("protocol") == 6) & (packets > 0) & (none | both)  # noqa: PLR2004  # IANA: TCP


def _side(forth: str, back: str) -> tuple[pl.Expr, pl.Expr]:
    swap = pl.col("swap")
    return pl.when(swap).then(back).otherwise(forth), pl.when(swap).then(forth).otherwise(back)


def _service() -> pl.Expr:
    """Zeek's name of what nDPI recognised by content; what it guessed by the port alone is left out."""
    name = pl.col("application_name").str.to_lowercase()
    parts = name.str.split(".")
    first = parts.list.first()
    named = (
        pl.when(parts.list.eval(pl.element().str.starts_with("smb")).list.any())
        .then(pl.lit("smb"))
        .when(name == "tls.rdp")
        .then(pl.lit("rdp"))
        .otherwise(first.replace(SERVICES))
    )
    return pl.when((pl.col("application_is_guessed") == 0) & ~first.is_in(_NOT_SERVICES)).then(named)


def _answered() -> pl.Expr:
    """TCP by its flags, else by whether packets came back; null to groups, and where the caller was not seen.

    A connection that only resets came back on is refused. ICMP without a reply stays null here.
    """
    tcp = pl.col("protocol") == 6  # noqa: PLR2004
    back = pl.when("swap").then("src2dst_packets").otherwise("dst2src_packets")
    forth_syn = pl.when("swap").then("dst2src_syn_packets").otherwise("src2dst_syn_packets")
    resets = pl.when("swap").then(0).otherwise("dst2src_rst_packets")
    by_flags = pl.when(back == 0).then(pl.when(forth_syn > 0).then(pl.lit(value=False))).otherwise(resets < back)
    dst = pl.when("swap").then("src_ip").otherwise("dst_ip")
    mac = pl.when("swap").then("src_mac").otherwise("dst_mac")
    to_many = group_address(dst) | (mac == "ff:ff:ff:ff:ff:ff")
    by_packets = pl.when(back > 0).then(pl.lit(value=True)).when(pl.col("protocol") == 17).then(pl.lit(value=False))  # noqa: PLR2004
    return pl.when(tcp).then(by_flags).when(~to_many | (back > 0)).then(by_packets)


def _with_echoes(flows: pl.DataFrame, echoes: Echoes) -> pl.DataFrame:
    """Give echo requests Zeek's ports (type 8 or 128, code 0) and, when nothing came back, `answered` False."""
    if not echoes.pairs:
        return flows
    asked = (pl.col("proto") == "icmp") & pl.concat_str("src", pl.lit(">"), "dst").is_in(list(echoes.pairs))
    v6 = pl.col("src").str.contains(":")
    return flows.with_columns(
        pl.when(asked).then(pl.when(v6).then(128).otherwise(8)).otherwise("src_port").alias("src_port"),
        pl.when(asked).then(0).otherwise("dst_port").alias("dst_port"),
        pl.when(asked).then(pl.col("dst_packets") > 0).otherwise("answered").alias("answered"),
    )
