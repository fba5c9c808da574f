"""A host that looks for machines over days, a few at a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import Bursts
from cloison.detect.detector import Context
from cloison.detect.firsts import DAY, Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowScan:
    """Machines inside that do not answer a host's TCP call, each counted once, over days.

    `scan` begins anew each UTC day: who tries fewer than 9 machines a day stays below it. Here at most `daily` of a
    day count, the first ones, so that a fast scan, an outage or a machine set up for another site fill one day only; at
    `machines` within `days` the host is denounced. Success buys no credit: the intruder's machine is somebody's PC too.

    Source: Whyte, van Oorschot, Kranakis, "Exposure maps", 2006, for counting failures without credit over a long
    time; our own numbers. ATT&CK T1046.
    """

    name: ClassVar[str] = "slow-scan"
    technique: ClassVar[Technique] = Technique("T1046")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "answered")}
    key: ClassVar[str] = "src"
    repeats: ClassVar[bool] = False

    machines: int = 40
    daily: int = 11
    days: int = 7

    def watch(self, context: Context) -> "SlowScanWatch":
        """Begin to watch."""
        return SlowScanWatch(self, context)


class SlowScanWatch:
    """Pairs that failed within the last days, and the first failures of each day for each host."""

    def __init__(self, detector: SlowScan, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._failed = Firsts(days=detector.days, limit=1 << 20)
        self._bursts = Bursts(detector.days * DAY)
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        silent = ~pl.col("answered") & (pl.col("proto") == "tcp") & pl.col("src_inside") & pl.col("dst_inside")
        rows = (
            tables[Kind.FLOW]
            .lazy()
            .filter(silent & (pl.col("src_key") != pl.col("dst_key")))
            .select(*_ROW, key=joined_key(pl.col("src_key"), pl.col("dst_key")))
            .collect()
        )
        for row in self._failed.new(rows).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._roles.looks(run.source)]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, clock, daily = str(row["src"]), row["clock"], self._detector.daily
        run = self._runs.live(source, clock)
        if run is not None:
            run.add(_act(row))
            return
        known = self._bursts.latest(source, clock)
        if len(known) >= daily and known[-daily].clock // DAY == clock // DAY:
            return
        act = _act(row)
        acts = self._bursts.take(source, act)
        if len(acts) >= self._detector.machines and not self._runs.full(source):
            run = self._runs.open(source, act, list(acts)[:-1])
            run.facts["days"] = len(Counter(one.clock // DAY for one in acts))
            self._bursts.forget(source)

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.25 if self._roles.manages(run.source) else 0.5,
            (
                say("{source} looks for machines over several days, a few at a time", source=run.source),
                say(
                    "In {days} days, {n} machines inside did not answer it, few on any one day. An ordinary machine "
                    "keeps to those it knows.",
                    days=run.facts["days"],
                    n=run.acts,
                ),
            ),
        )


_ROW = ("clock", "began", "origin", "record", "src", "dst", "dst_port")


def _act(row: Mapping[str, Any]) -> Act:
    target, port = str(row["dst"]), str(row["dst_port"])
    note = say("no answer from {target}, port {port}", target=target, port=port)
    return Act(row["clock"], row["began"], row["origin"], row["record"], target, note)


DETECTOR = SlowScan()
