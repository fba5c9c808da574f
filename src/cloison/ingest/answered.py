"""Tell from a sensor's own words whether the other side took a connection."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import polars as pl

from cloison.ingest.addresses import group_address

# Zeek, Conn::Info$conn_state. Of RSTRH and SHR only the answering half was seen, so who called whom cannot be
# told; OTH is settled below.
_TAKEN = ("S1", "S2", "S3", "SF", "RSTO", "RSTR")
"""The handshake was completed."""
_NOT_TAKEN = ("S0", "REJ", "RSTOS0", "SH")
"""Nobody answered, the answer was a refusal, or the caller gave up before an answer."""

_ASKING_ICMP = (8, 10, 13, 15, 17, 128, 133, 135)
"""ICMP types that ask for an answer (IANA, ICMP and ICMPv6 parameters); the others only tell."""

_FIN = 0x01  # RFC 9293, 3.1
_SYN = 0x02
_RST = 0x04
_ACK = 0x10
_REAL_FLAGS = 0x3F

ODD = "odd"
"""`state` of a connection whose caller sent flags that no TCP sends."""

_SUBNET_BROADCAST = ".255"
"""Without the masks, a datagram to .255 that nobody answers is taken for a subnet's broadcast."""


Alone: TypeAlias = tuple[str, Callable[[pl.Expr], pl.Expr]]
"""A column of text, and what each of its texts tells by itself."""

ZEEK_TOLD: Mapping[str, Alone] = {
    "taken": ("conn_state", lambda state: _either(state, _TAKEN, _NOT_TAKEN)),
    "to_group": ("id.resp_h", group_address),
    "to_last": ("id.resp_h", lambda address: address.str.ends_with(_SUBNET_BROADCAST)),
}
"""What `zeek_answered` needs beside Zeek's columns: whether the state tells that the call was taken, and what sort of
address was called. By itself, so that a reader that knows the different texts may ask once for each."""


def zeek_answered() -> pl.Expr:
    """Give `answered` from Zeek's columns conn_state, proto, the packets and bytes that came back, and `ZEEK_TOLD`.

    A complete TCP state decides alone. OTH (mid-stream) counts as answered when both sides sent packets. For
    UDP and the rest, the other side answered when it sent anything.
    """
    replied = pl.coalesce(pl.col("resp_pkts") > 0, pl.col("resp_bytes") > 0)
    asked = pl.coalesce(pl.col("orig_pkts") > 0, pl.col("orig_bytes") > 0)
    told = pl.col("taken")
    tcp = pl.when(pl.col("conn_state") == "OTH").then(_true_or_null(replied & asked)).otherwise(told)
    return _unless(
        pl.when(pl.col("proto") == "tcp")
        .then(tcp)
        .when((pl.col("proto") == "icmp") & ~pl.col("id.orig_p").is_in(_ASKING_ICMP))
        .then(None)
        .otherwise(pl.coalesce(replied, told)),
        pl.col("to_group"),
        pl.col("to_last"),
        pl.col("proto"),
    )


def suricata_answered(protocol: pl.Expr) -> pl.Expr:
    """Give `answered` from a Suricata flow event.

    TCP: by the flags of the side called, "tcp_flags_tc" in hexadecimal: SYN it took the call, RST alone it
    refused it, others it was in a talk that began before; without flags, by the packets that came back. UDP and
    the rest: answered when the other side sent anything; ICMP that asks nothing cannot be told.
    """
    flags = pl.col("tcp").struct.field("tcp_flags_tc").str.to_integer(base=16, strict=False)
    replied = pl.col("flow").struct.field("pkts_toclient") > 0
    tcp = (
        pl.when((flags & _SYN) != 0)
        .then(statement=True)
        .when((flags & _RST) != 0)
        .then(statement=False)
        .when(flags > 0)
        .then(statement=True)
        .when(~replied)
        .then(statement=False)
        .when(pl.col("flow").struct.field("state").is_in(["established", "closed"]))
        .then(statement=True)
    )
    return unless_group(
        pl.when(protocol == "tcp")
        .then(tcp)
        .when((protocol == "icmp") & ~pl.col("icmp_type").is_in(_ASKING_ICMP).fill_null(value=False))
        .then(None)
        .otherwise(replied),
        pl.col("dest_ip"),
        protocol,
    )


def argus_answered() -> pl.Expr:
    """Give `answered` from Argus' columns State, Proto and the packets that came back.

    TCP states are the flags of either side, "SPA_SRPA"; others are words (ra(1), "state"): CON both spoke,
    INT and REQ one only, U.. an ICMP "unreachable" came back.
    """
    state = pl.col("State").str.to_uppercase()
    flags = state.str.extract(r"^[FSRPAUEC]*_([FSRPAUEC]*)$")
    replied = pl.col("TotPkts") > pl.col("SrcPkts")
    spoken = (
        pl.when(state.is_in(["CON", "EST", "FIN", "CLO"]))
        .then(statement=True)
        .when(state.is_in(["INT", "REQ"]) | state.str.starts_with("UR"))
        .then(statement=False)
    )
    by_flags = (
        pl.when(flags.str.contains("S", literal=True))
        .then(statement=True)
        .when((flags == "") | flags.str.contains("R", literal=True))
        .then(statement=False)
        .when(flags != "")
        .then(statement=True)
    )
    return unless_group(pl.coalesce(by_flags, spoken, replied), pl.col("dst"), pl.col("proto"))


def state_of(protocol: pl.Expr, flags: pl.Expr) -> pl.Expr:
    """Give `state`: `ODD` for a TCP caller whose flags, all its segments' together, no TCP sends; else null.

    From its second segment on a connection acknowledges (RFC 9293, 3.10.7: what does not is dropped), and what is no
    part of one resets it: segments with neither SYN, ACK nor RST belong to nothing (FIN, FIN PSH URG). SYN and FIN
    without ACK open and close at once, which only T/TCP did (RFC 1644, withdrawn by RFC 6247). No flag at all is not
    told from a sensor that tells no flags, and so is left out.

    Args:
        protocol: "tcp" or another.
        flags: of the caller's segments, joined; null where the log does not tell.
    """
    real = flags & _REAL_FLAGS
    nothing = ((real & (_SYN | _ACK | _RST)) == 0) & (real != 0)
    both = (real & (_SYN | _FIN | _ACK)) == _SYN | _FIN
    return pl.when((protocol == "tcp") & (nothing | both)).then(pl.lit(ODD))


def argus_state() -> pl.Expr:
    """Give `state` from Argus' letters of the caller's flags, "FPU_RA", which has no letter for no flag."""
    sent = pl.col("State").str.to_uppercase().str.extract(r"^([FSRPAUEC]+)_")
    letters = {"F": _FIN, "S": _SYN, "R": _RST, "P": 0x08, "A": _ACK, "U": 0x20}
    flags = pl.sum_horizontal(
        pl.when(sent.str.contains(letter, literal=True)).then(bit).otherwise(0) for letter, bit in letters.items()
    )
    return state_of(pl.col("proto"), flags)


def unless_group(answered: pl.Expr, address: pl.Expr, protocol: pl.Expr) -> pl.Expr:
    """Keep `answered` but for multicast and broadcast, where silence says nothing."""
    return _unless(answered, group_address(address), address.str.ends_with(_SUBNET_BROADCAST), protocol)


def _unless(answered: pl.Expr, group: pl.Expr, last: pl.Expr, protocol: pl.Expr) -> pl.Expr:
    broadcast = (protocol != "tcp") & last & ~answered.fill_null(value=True)
    return pl.when(group | broadcast.fill_null(value=False)).then(None).otherwise(answered)


def _either(state: pl.Expr, taken: tuple[str, ...], not_taken: tuple[str, ...]) -> pl.Expr:
    return pl.when(state.is_in(taken)).then(statement=True).when(state.is_in(not_taken)).then(statement=False)


def _true_or_null(expression: pl.Expr) -> pl.Expr:
    return pl.when(expression).then(statement=True)
