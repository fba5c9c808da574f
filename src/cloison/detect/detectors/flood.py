"""A host that hammers at a door that nobody opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import microseconds
from cloison.detect.detector import Context
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

LONGEST = 1 << 18
"""Unanswered calls, of all hosts together, between the first and the last of a burst: what bounds the memory."""

_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "dst_port", "door", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """`calls` TCP calls to one service of one machine within `window`, of which none was taken.

    A program that finds a door shut waits before it knocks again: TCP itself waits 1, 2, 4 seconds (RFC 6298), and a
    careless loop tries once or twice a second. Eight a second for a minute is a flood, or a program gone wild: both are
    worth a call, so confidence is middling.

    Source: RFC 4987 on SYN floods; ATT&CK T1499.
    """

    name: ClassVar[str] = "flood"
    technique: ClassVar[Technique] = Technique("T1499")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "answered")}
    key: ClassVar[str] = "src"

    calls: int = 500
    window: timedelta = timedelta(minutes=1)

    def watch(self, context: Context) -> "FloodWatch":
        """Begin to watch."""
        return FloodWatch(self, context)


class FloodWatch:
    """The unanswered calls of the last window, about 80 bytes each, and what has fired."""

    def __init__(self, detector: Flood, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._window = microseconds(detector.window)
        self._recent: pl.DataFrame | None = None
        self._count = 0
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        silent = (pl.col("proto") == "tcp") & ~pl.col("answered") & pl.col("dst_port").is_not_null()
        rows = tables[Kind.FLOW].filter(silent)
        if rows.is_empty():
            return
        rows = rows.with_columns(
            door=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port")),
            place=pl.int_range(self._count, self._count + rows.height, dtype=pl.Int64()),
        ).select(_COLUMNS)
        first = self._count
        self._count += rows.height
        known = rows if self._recent is None else pl.concat([self._recent, rows])
        back = self._detector.calls - 1
        full = known.filter(pl.len().over("door") > back).with_columns(
            fires=(pl.col("clock") - pl.col("clock").shift(back).over("door") <= self._window)
            & (pl.col("place") - pl.col("place").shift(back).over("door") <= LONGEST)
        )
        for flood in full.filter(pl.col("fires").any().over("src")).partition_by("src", maintain_order=True):
            fired = flood.filter(pl.col("fires") & (pl.col("place") >= first))
            if fired.height:
                self._runs.grow(str(fired["src"][0]), fired, _act, partial(self._before, flood))
        now, place = known["clock"].item(-1), known["place"].item(-1)
        self._recent = known.filter((pl.col("clock") >= now - self._window) & (pl.col("place") >= place - LONGEST))

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _before(self, flood: pl.DataFrame, row: Mapping[str, Any]) -> list[Act]:
        """Give the first acts of the burst that a row completes."""
        burst = flood.filter((pl.col("door") == row["door"]) & (pl.col("place") < row["place"]))
        return [_act(one) for one in burst.tail(self._detector.calls - 1).head(EVIDENCE).iter_rows(named=True)]

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.25 if self._roles.looks(run.source) else 0.45,
            (
                say("{source} hammers at a service that does not answer", source=run.source),
                say(
                    "It called {target} more than {n} times within a minute, and was never let in. A program that "
                    "finds a door shut waits before it knocks again.",
                    target=next(iter(run.targets)),
                    n=self._detector.calls - 1,
                ),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    target = str(row["dst"])
    note = say("no answer from {target}, port {port}", target=target, port=str(row["dst_port"]))
    return Act(row["clock"], row["began"], row["origin"], row["record"], target, note)


DETECTOR = Flood()
