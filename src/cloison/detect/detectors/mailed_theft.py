"""A host that asks what its public address is, then hands something to a mail or file server outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.channel_clues import ours
from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

MICROSECOND = timedelta(microseconds=1)

ASKERS = 1 << 14
"""Hosts that asked for their address, remembered; the one met first goes first."""

MAIL_SERVERS = frozenset({"mail-server", "mail-relay"})

_LOOKUPS = (
    r"(?i)(?:^|\.)(?:ipify\.org|icanhazip\.com|ifconfig\.(?:me|co)|ipinfo\.io|ip-api\.com|ipapi\.co|checkip\.dyndns\.org"
    r"|checkip\.amazonaws\.com|geoplugin\.net|myexternalip\.com|wtfismyip\.com|freegeoip\.(?:app|live)|reallyfreegeoip\.org"
    r"|ident\.me|ipecho\.net|whatismyip(?:address)?\.com|api\.ip\.sb|iplogger\.org)\.?$"
)
"""Services that tell who asks his public address (ATT&CK T1016, procedures)."""

_HANDED = (21, 25, 465, 587)
"""Ports of mail submission and file transfer (IANA)."""

_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedTheft:
    """The two steps of a thief of passwords, in one sitting.

    Such programs first ask a public service where they are, then mail what they found, or put it on a file server, with
    an account of their master's. A workstation does neither by itself: it leaves mail to the hospital's server.
    Convincing: a question for, or a visit to, a service that tells one's public address, and within `sitting` a
    conversation with a mail or file server outside to which the host sent something. A host that talks with
    `many_servers` mail servers outside is a mail server.

    Source: ATT&CK T1048.003 with T1016; the procedures of Agent Tesla and Snake there.
    """

    name: ClassVar[str] = "mailed-theft"
    technique: ClassVar[Technique] = Technique("T1048.003")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "src_bytes", "dst_bytes", "answered"),
        Kind.DNS: ("query",),
        Kind.TLS: ("server_name",),
        Kind.HTTP: ("host",),
    }
    key: ClassVar[str] = NETWORK

    sitting: timedelta = timedelta(hours=1)
    many_servers: int = 4

    def watch(self, context: Context) -> "MailedTheftWatch":
        """Begin to watch."""
        return MailedTheftWatch(self, context)


class MailedTheftWatch:
    """Who asked for his address and when, and which servers each host handed something to."""

    def __init__(self, detector: MailedTheft, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._asked: dict[str, Act] = {}
        self._servers: dict[str, set[str]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        named = ((Kind.DNS, "query"), (Kind.TLS, "server_name"), (Kind.HTTP, "host"))
        parts = [_questions(tables[kind], column) for kind, column in named if kind in tables]
        if Kind.FLOW in tables:
            parts.append(_handed(tables[Kind.FLOW]))
        for row in pl.concat(parts).sort("clock", "origin", "record", maintain_order=True).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        source = row["src"]
        if row["asked"] is not None:
            self._asked.pop(source, None)
            if len(self._asked) >= ASKERS:
                del self._asked[next(iter(self._asked))]
            self._asked[source] = _act(row)
            return
        servers = self._servers.setdefault(source, set())
        if len(servers) < self._detector.many_servers:
            servers.add(row["dst"])
            if len(self._servers) > ASKERS:
                del self._servers[next(iter(self._servers))]
        asked = self._asked.get(source)
        known = self._roles.role(source) in MAIL_SERVERS or len(servers) >= self._detector.many_servers
        if asked is None or known or row["clock"] - asked.clock > self._detector.sitting // MICROSECOND:
            return
        act = _act(row)
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(source):
            self._runs.open(source, act, [asked])

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.5,
            (
                say("{source} seems to send out what it stole, by mail or file transfer", source=run.source),
                say(
                    "It asked a public service for its own address, then handed something to a server outside. "
                    "A workstation leaves mail to the hospital's server; thieves of passwords do these two things."
                ),
            ),
        )


def _questions(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    name = pl.col(column)
    return (
        rows.lazy()
        .filter(pl.col("src_inside") & name.str.contains(_LOOKUPS))
        .with_columns(asked=name)
        .select(_COLUMNS)
        .collect()
    )


def _handed(flows: pl.DataFrame) -> pl.DataFrame:
    return (
        ours(flows)
        .filter(
            pl.col("dst_outside")
            & (pl.col("proto") == "tcp")
            & pl.col("dst_port").is_in(_HANDED)
            & pl.col("answered").fill_null(value=True)
            & (pl.col("src_bytes") > 0)
            & (pl.col("dst_bytes") > 0)
        )
        .with_columns(asked=pl.lit(None, pl.String()))
        .select(_COLUMNS)
        .collect()
    )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("sent to {target}", target=row["dst"])
        if row["asked"] is None
        else say("asked {name} for its own address", name=row["asked"]),
    )


DETECTOR = MailedTheft()
