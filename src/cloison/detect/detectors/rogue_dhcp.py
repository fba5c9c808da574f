"""A machine that gives addresses to others, and is not the one that does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

MICROSECOND = timedelta(microseconds=1)

GIVES = "dhcp-server"
"""The role, in the map, of a machine that gives addresses."""

SERVERS = 4096
"""Servers remembered, the first ones; a new one beyond them is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RogueDhcp:
    """An answer to a DHCP client by a server that had never answered before.

    With a map that names a `dhcp-server`, any other server is denounced at once, with less confidence during
    `warm_up`: the map may have forgotten one. Without, a server is denounced when it answers for the first time
    after `warm_up`, others having given at least `answers` answers before.

    Source: RFC 2131 has no proof of who serves; DHCP snooping for the same reasoning. ATT&CK T1557.003.
    """

    name: ClassVar[str] = "rogue-dhcp"
    technique: ClassVar[Technique] = Technique("T1557.003")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.DHCP: ("server", "mac", "assigned")}
    key: ClassVar[str] = NETWORK

    warm_up: timedelta = timedelta(hours=24)
    answers: int = 20

    def watch(self, context: Context) -> "RogueDhcpWatch":
        """Begin to watch."""
        return RogueDhcpWatch(self, context)


class RogueDhcpWatch:
    """Servers known, with the clock of their first answer."""

    def __init__(self, detector: RogueDhcp, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._roles = Roles(context)
        self._named = any(asset.role == GIVES for asset in (context.hospital.assets if context.hospital else ()))
        self._servers: dict[str, bool] = {}
        self._answers = 0
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        answers = tables[Kind.DHCP].filter(pl.col("server").is_not_null())
        ranked = answers.with_columns(before=self._answers + pl.int_range(pl.len(), dtype=pl.Int64()))
        self._answers += answers.height
        for row in ranked.unique("server", keep="first", maintain_order=True).iter_rows(named=True):
            if row["server"] not in self._servers and len(self._servers) < SERVERS:
                self._servers[row["server"]] = self._rogue(row)
        rogues = [server for server, rogue in self._servers.items() if rogue]
        for row in ranked.filter(pl.col("server").is_in(rogues)).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _cold(self, clock: int) -> bool:
        return clock - self._context.began((Kind.DHCP,)) < self._detector.warm_up // MICROSECOND

    def _rogue(self, row: Mapping[str, Any]) -> bool:
        if self._named:
            return self._roles.role(row["server"]) != GIVES
        return not self._cold(row["clock"]) and row["before"] >= self._detector.answers

    def _take(self, row: Mapping[str, Any]) -> None:
        source = row["server"]
        target = row["assigned"] or row["mac"] or "?"
        act = Act(
            clock=row["clock"],
            began=row["began"],
            origin=row["origin"],
            record=row["record"],
            target=target,
            note=say("answers {target}, which asked for an address", target=target),
        )
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(source):
            run = self._runs.open(source, act, ())
            run.facts["cold"] = int(self._cold(act.clock))

    def _say(self, run: Run) -> Finding:
        confidence = 0.4 if run.facts["cold"] else 0.7 if self._named else 0.55
        what = say_many(
            "It answered {n} request for an address: it can say which gateway and which name server to use.",
            "It answered {n} requests for an address: it can say which gateway and which name server to use.",
            run.acts,
        )
        usual = (
            say("The map names other machines for that.")
            if self._named
            else say("Others do that here, and it had not done so before.")
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} gives addresses to machines without being the one that does", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


DETECTOR = RogueDhcp()
