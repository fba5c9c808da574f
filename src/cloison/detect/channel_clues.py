"""What may be strange in a conversation between a host and one address, read from flows, TLS and HTTP."""

from collections.abc import Mapping
from datetime import timedelta
from enum import IntFlag

import polars as pl

from cloison.detect.usual_ports import odd_port

SHELL_PORTS = (53, 80, 443, 8080, 8443)
"""Where every firewall lets out: a shell there hides."""

COMMANDED = (22, 135, 139, 445, 3389, 5985, 5986)
"""Where a machine is administered, or broken into."""

SPELL = 600_000_000
"""Microseconds: a call back comes within the ten minutes of the call that provoked it, or the ten after."""

SPELLS = 6
"""A call back is known when it ends: within the hour."""

BARE = (
    r"(?i)^[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?$"
    r"|^\[[0-9a-f:.]+\](?::[0-9]+)?$|^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$"
)
"""An address in place of a name, in a Host header or a TLS server name."""

_OLD = ("SSLv2", "SSLv3", "TLSv10", "TLSv11")  # deprecated by RFC 8996
_TOOL = (
    r"(?i)^(curl|wget|python|powershell|go-http|java/|winhttp|certutil|microsoft bits|libwww|ruby|okhttp)|powershell/"
)

COLUMNS = ("seq", "clock", "began", "origin", "record", "src", "dst", "src_key", "dst_key", "dst_port", "dst_inside")
"""What is kept of a record, beside its clues."""


class Clue(IntFlag):
    """What may be strange."""

    OUTSIDE = 1  # the address is outside, on a port that programs do not call there
    OWN = 2  # it speaks a protocol of its own, or the web's where the web is not
    HELD = 4  # the session is long
    SMALL = 8  # short messages both ways, as orders and answers
    FED = 16  # the other side sends a program's next part
    PUSHED = 32  # the host sends far more than it gets
    SHELL = 64  # SSH where the web should be
    INSISTS = 128  # call after call that nobody answers
    CALLED = 256  # the host had just been called where machines are administered
    CALLED_BACK = 512  # and by that very address
    UNNAMED = 1024  # TLS that asks for no name
    OLD = 2048  # TLS that no browser accepts any more
    SELF_SIGNED = 4096  # a certificate that nobody but itself has signed
    BARE = 8192  # HTTP to an address without a name
    POSTED = 16384  # which sends something there
    TOOL = 32768  # by a script
    ELSEWHERE = 65536  # the address is private, but of another block than the host's


def ours(rows: pl.DataFrame) -> pl.LazyFrame:
    """Keep what a host inside says to another machine."""
    machine = pl.col("dst_inside") | pl.col("dst_outside")
    return rows.lazy().filter(pl.col("src_inside") & machine & (pl.col("src_key") != pl.col("dst_key")))


def nameless() -> pl.Expr:
    """Tell the requests to an address called by its number; a request whose headers were not seen is not one."""
    absent = pl.col("host").is_null() & pl.col("user_agent").is_not_null()
    return absent | pl.col("host").str.contains(BARE).fill_null(value=False)


def candidates(flows: pl.DataFrame) -> pl.DataFrame:
    """Keep the TCP connections that may hold a clue: odd ports, and shells where the web should be."""
    return ours(flows).filter((pl.col("proto") == "tcp") & (odd_port() | _shell())).collect()


def session_clues(calls: pl.DataFrame, *, held: timedelta, fed: int, pushed: int, small: int) -> pl.DataFrame:
    """Look at connections of `candidates`.

    Args:
        calls: also with insists, called and called_back (Boolean).
        held: from when a session is long.
        fed: bytes that the other side sends at least.
        pushed: bytes that the host sends at least.
        small: mean bytes of a packet.
    """
    service = pl.col("service").fill_null("")
    sent, got = pl.col("src_bytes"), pl.col("dst_bytes")
    talk = pl.col("answered").fill_null(value=True) & (sent > 0) & (got > 0)
    plain = talk & service.is_in(["", "ssl"])
    own = talk & (service.str.contains("ssl|http") | (service == ""))
    few = (pl.col("src_packets") < 10) | (pl.col("dst_packets") < 10)  # noqa: PLR2004  # too few for a mean
    packets = pl.col("src_packets") + pl.col("dst_packets")
    inside = pl.col("dst_inside") & own
    return _with_clues(
        calls.lazy(),
        {
            Clue.OUTSIDE: pl.col("dst_outside") & (own | pl.col("insists")),
            Clue.OWN: own,
            Clue.HELD: own & ((pl.col("clock") - pl.col("began")) >= held // timedelta(microseconds=1)),
            Clue.SMALL: own & ~few & (sent + got <= packets * small),
            Clue.FED: plain & (got >= fed) & (got >= sent * 10),
            Clue.PUSHED: plain & pl.col("dst_outside") & (sent >= pushed) & (sent >= got * 10),
            Clue.SHELL: talk & _shell(),
            Clue.INSISTS: pl.col("dst_outside") & pl.col("insists"),
            Clue.CALLED: inside & pl.col("called"),
            Clue.CALLED_BACK: inside & pl.col("called_back"),
        },
    )


def handshake_clues(rows: pl.DataFrame) -> pl.DataFrame:
    """Look at TLS handshakes."""
    name = pl.col("server_name")
    seen = pl.col("version").is_not_null() | pl.col("ja3").is_not_null()
    signed = (pl.col("subject") == pl.col("issuer")).fill_null(value=False)
    return _with_clues(
        ours(rows),
        {
            Clue.OUTSIDE: pl.col("dst_outside") & (odd_port() | signed),
            Clue.OWN: odd_port(),
            Clue.UNNAMED: seen & (name.is_null() | name.str.contains(BARE)),
            Clue.OLD: pl.col("version").is_in(_OLD),
            Clue.SELF_SIGNED: signed,
        },
    )


def request_clues(rows: pl.DataFrame) -> pl.DataFrame:
    """Look at HTTP requests."""
    bare = nameless()
    agent = pl.col("user_agent")
    return _with_clues(
        ours(rows),
        {
            Clue.OUTSIDE: pl.col("dst_outside") & odd_port(),
            Clue.OWN: odd_port(),
            Clue.BARE: bare,
            Clue.POSTED: bare & pl.col("method").is_in(["POST", "PUT"]),
            Clue.TOOL: bare & (agent.is_null() | agent.str.contains(_TOOL)),
        },
    )


def commands(flows: pl.DataFrame) -> pl.DataFrame:
    """Tell who was called where machines are administered, in which ten minutes, and by whom.

    Returns:
        Columns spell (Int64, tens of minutes since 1970), host, caller (UInt64), seq of the first such call.
    """
    return (
        flows.lazy()
        .filter(pl.col("dst_port").is_in(COMMANDED) & pl.col("dst_inside") & (pl.col("proto") == "tcp"))
        .filter(pl.col("answered").fill_null(value=True))
        .select("seq", spell=pl.col("began") // SPELL, host="dst_key", caller="src_key")
        .group_by("spell", "host", "caller")
        .agg(pl.col("seq").min())
        .collect()
    )


def provoked(calls: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Mark the connections that follow such a call: columns called, and called_back when it came from that address."""
    fresh = (pl.col("spell") <= pl.col("at")) & (pl.col("spell") >= pl.col("at") - 1)
    known = pl.col("spell") >= pl.col("clock") // SPELL - SPELLS
    both = (
        calls.lazy()
        .filter("dst_inside")
        .select("seq", "clock", "src_key", "dst_key", at=pl.col("began") // SPELL)
        .join(orders.lazy().rename({"seq": "ordered"}), left_on="src_key", right_on="host")
        .filter((pl.col("ordered") < pl.col("seq")) & fresh & known)
        .select("seq", back=pl.col("caller") == pl.col("dst_key"))
        .collect()
    )
    return calls.with_columns(
        called=pl.col("seq").is_in(both["seq"].unique().implode()),
        called_back=pl.col("seq").is_in(both.filter("back")["seq"].unique().implode()),
    )


def _shell() -> pl.Expr:
    return pl.col("dst_port").is_in(SHELL_PORTS) & (pl.col("service") == "ssh")


def _with_clues(rows: pl.LazyFrame, clues: Mapping[Clue, pl.Expr]) -> pl.DataFrame:
    total = pl.sum_horizontal(
        pl.when(found.fill_null(value=False)).then(pl.lit(clue.value, pl.Int64())).otherwise(0)
        for clue, found in clues.items()
    )
    return rows.with_columns(clues=total).filter(pl.col("clues") > 0).select(*COLUMNS, "clues").collect()
