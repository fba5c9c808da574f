"""A conn.log of any length, written as Zeek writes it: for the benchmark of reading."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

HEADER = """#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tconn
#open\t2026-03-02-00-00-00
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]
"""

HOSTS, OUTSIDE, HABITS = 3_000, 4_000, 60
"""Machines inside, addresses outside, and how many of these one machine calls in a day."""
DAY = 86_400.0
FIRST = 1_772_409_600.0  # 2026-03-02, UTC
SERVICES = [
    ("udp", 53, "dns", 2),
    ("tcp", 443, "ssl", 20),
    ("tcp", 445, "smb", 6),
    ("tcp", 80, "http", 15),
    ("tcp", 104, "-", 3),
    ("udp", 161, "snmp", 14),
]
"""Protocol, port, Zeek's name, servers inside that offer it."""


def write(path: Path, lines: int, *, seed: int = 7, begin: float = FIRST) -> None:
    """Write `lines` connections of a 3,000-host hospital over the day that begins then, in time order."""
    with path.open("wb") as out:
        out.write(HEADER.encode())
        for frame in _pieces(lines, np.random.default_rng(seed), begin):
            frame.write_csv(out, separator="\t", include_header=False, quote_style="never")
        out.write(b"#close\t2026-03-03-00-00-00\n")


def _pieces(lines: int, random: np.random.Generator, begin: float, piece: int = 250_000) -> Iterator[pl.DataFrame]:
    done = 0
    while done < lines:
        count = min(piece, lines - done)
        span = DAY * count / lines
        yield _piece(count, begin + DAY * done / lines, span, random)
        done += count


def _piece(count: int, begin: float, span: float, random: np.random.Generator) -> pl.DataFrame:
    which = random.choice(len(SERVICES), count, p=[0.4, 0.3, 0.12, 0.1, 0.03, 0.05])
    outside = (which == 1) & (random.random(count) < 0.6)
    client = random.integers(0, HOSTS, count)
    # A server serves one thing, and a machine goes back to the sites that it knows.
    pool = np.array([size for *_, size in SERVICES])
    first = np.concatenate([[0], np.cumsum(pool)[:-1]])
    server = first[which] + random.zipf(1.4, count) % pool[which]
    away = (client * 61 + random.zipf(1.3, count) % HABITS) % OUTSIDE
    answered = random.random(count) < 0.97
    names = which == 0  # a question for a name is a packet of some 40 octets
    sent = np.where(names, 25 + random.poisson(15, count), random.lognormal(6, 1.5, count)).astype(np.int64)
    got = np.where(names, 60 + random.poisson(60, count), random.lognormal(7.5, 2, count)).astype(np.int64) * answered
    frame = pl.DataFrame(
        {
            "ts": np.sort(begin + span * random.random(count)),
            "uid": random.integers(1 << 40, 1 << 60, count),
            "client": client,
            "port": random.integers(32_768, 60_999, count),
            "server": np.where(outside, away, server),
            "outside": outside,
            "which": which,
            "duration": random.exponential(0.8, count),
            "answered": answered,
            "sent": sent,
            "got": got,
        }
    )
    services = dict(enumerate(SERVICES))
    inside = pl.format("10.{}.{}.{}", 1, pl.col("server") // 20, 10 + pl.col("server") % 20)
    away_text = pl.format("198.{}.{}.{}", 18, pl.col("server") // 250, 1 + pl.col("server") % 250)
    pick = {
        place: pl.col("which").replace_strict({key: value[place] for key, value in services.items()})
        for place in range(3)
    }
    return frame.select(
        pl.col("ts").round(6),
        pl.format("C{}", pl.col("uid")),
        pl.format("10.{}.{}.{}", 20, pl.col("client") // 250, 1 + pl.col("client") % 250).alias("orig_h"),
        pl.col("port"),
        pl.when("outside").then(away_text).otherwise(inside).alias("resp_h"),
        pick[1].alias("resp_p"),
        pick[0].alias("proto"),
        pick[2].alias("service"),
        pl.when("answered").then(pl.col("duration").round(6).cast(pl.String)).otherwise(pl.lit("-")).alias("duration"),
        pl.col("sent"),
        pl.col("got"),
        pl.when("answered").then(pl.lit("SF")).otherwise(pl.lit("S0")).alias("state"),
        pl.lit("T").alias("local_orig"),
        pl.when("outside").then(pl.lit("F")).otherwise(pl.lit("T")).alias("local_resp"),
        pl.lit(0).alias("missed"),
        pl.when("answered").then(pl.lit("ShADadFf")).otherwise(pl.lit("S")).alias("history"),
        (pl.col("sent") // 900 + 1).alias("orig_pkts"),
        (pl.col("sent") + 60).alias("orig_ip_bytes"),
        (pl.col("got") // 1_300).alias("resp_pkts"),
        (pl.col("got") + 60).alias("resp_ip_bytes"),
        pl.lit("(empty)").alias("tunnel"),
    )
