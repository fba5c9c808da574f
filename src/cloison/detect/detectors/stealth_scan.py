"""A host that probes with segments that belong to no connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import Bursts, microseconds
from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class StealthScan:
    """TCP segments whose flags no TCP sends, to `probes` doors within `window`.

    FIN, FIN PSH URG ("Xmas"), no flag at all, SYN with FIN: a closed port answers them with a reset and an open one not
    at all, so that they tell which are open without a connection that a log would show. The flags are proof by
    themselves: no credit is counted, and answers do not matter. One alone may be a damaged packet.

    Source: RFC 9293, 3.10.7; nmap's manual, "Port scanning techniques" (-sN, -sF, -sX) and "OS detection" (tests T2,
    T3, T7). ATT&CK T1046.
    """

    name: ClassVar[str] = "stealth-scan"
    technique: ClassVar[Technique] = Technique("T1046")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "state")}
    key: ClassVar[str] = "src"

    probes: int = 2
    window: timedelta = timedelta(minutes=10)

    def watch(self, context: Context) -> "StealthScanWatch":
        """Begin to watch."""
        return StealthScanWatch(self, context)


class StealthScanWatch:
    """The latest odd segments of each host."""

    def __init__(self, detector: StealthScan, context: Context) -> None:
        self._detector = detector
        self._mapped = context.hospital is not None
        self._book = context.book
        self._roles = Roles(context)
        self._bursts = Bursts(microseconds(detector.window))
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        odd = (pl.col("proto") == "tcp") & (pl.col("state") == "odd") & (pl.col("src_key") != pl.col("dst_key"))
        if self._mapped:
            # The internet probes every hospital all day: that is the entry's matter.
            odd &= pl.col("src_inside")
        for row in tables[Kind.FLOW].filter(odd.fill_null(value=False)).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._roles.looks(run.source)]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, target, port = str(row["src"]), str(row["dst"]), str(row["dst_port"])
        note = say("segment of no connection to {target}, port {port}", target=target, port=port)
        act = Act(row["clock"], row["began"], row["origin"], row["record"], target, note)
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
            return
        acts = list(self._bursts.take(source, act))
        doors = {one.note for one in acts}
        if len(doors) >= self._detector.probes and not self._runs.full(source):
            self._runs.open(source, act, acts[:-1])
            self._bursts.forget(source)

    def _say(self, run: Run) -> Finding:
        confidence = min(0.9, 0.6 + 0.05 * (run.acts - self._detector.probes))
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence if self._book.locate(run.source)[2] else confidence / 2,
            (
                say("{source} feels for open doors without knocking", source=run.source),
                say(
                    "{n} times it sent TCP segments that belong to no connection and that no program's TCP sends. "
                    "The way a machine answers them tells which of its ports are open, and its system.",
                    n=run.acts,
                ),
            ),
        )


DETECTOR = StealthScan()
