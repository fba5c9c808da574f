"""A host that sends out a little more than it used to, day after day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

DAY = 86_400_000_000
"""Microseconds."""

MEBIBYTE = 1 << 20

BACKUP = "backup-server"

_SCALE = 1.4826
"""MAD of a normal law to its standard deviation (Hampel 1974)."""

_SUMS = {"src": pl.String(), "day": pl.Int64(), "sent": pl.Float64()}
_LARGE = {
    **_SUMS,
    "seq": pl.Int64(),
    "clock": pl.Int64(),
    "began": pl.Int64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
    "dst": pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowExfiltration:
    """Bytes that a host inside sends outside, day by day, summed over what it is used to send.

    Only conversations that mostly send count, in the UTC day in which they ended; a day of `quiet_mib` or less counts
    for nothing. From the first `learning` days of the stream, or of the last `memory` days, a host's usual day is the
    median, and its spread 1.4826 · MAD, at least `least_mib`. Each later day adds to a sum what it sent beyond median +
    `slack` spreads, and takes away what it sent less; the sum never falls below zero. The connection that brings the
    sum over `limit` spreads fires: one large day does, and so do ten days of a little more each, which no threshold by
    the hour sees.

    Source: E. S. Page, "Continuous inspection schemes", Biometrika 1954 (CUSUM, with k and h in robust
    deviations). ATT&CK T1029, T1048, T1567.
    """

    name: ClassVar[str] = "slow-exfiltration"
    technique: ClassVar[Technique] = Technique("T1029")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("src_bytes", "dst_bytes")}
    key: ClassVar[str] = "src"

    learning: int = 5
    memory: int = 30
    sending: float = 2.0
    least_mib: float = 20.0
    slack: float = 1.0
    limit: float = 10.0
    quiet_mib: float = 1.0

    def watch(self, context: Context) -> "SlowExfiltrationWatch":
        """Begin to watch."""
        return SlowExfiltrationWatch(self, context)


class SlowExfiltrationWatch:
    """Sums of the days that were not quiet."""

    def __init__(self, detector: SlowExfiltration, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._sums = pl.DataFrame(schema=_SUMS)
        self._context = context
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW]
        rows = (
            flows.filter(
                pl.col("src_inside")
                & pl.col("dst_outside")
                & (pl.col("src_bytes") > 0)
                & (pl.col("src_bytes") >= pl.col("dst_bytes").fill_null(0) * self._detector.sending)
            )
            .with_columns(day=pl.col("clock") // DAY, sent=pl.col("src_bytes").cast(pl.Float64()))
            .select(*_LARGE)
        )
        if rows.is_empty():
            return
        carried = self._sums
        here = rows.group_by("src", "day").agg(pl.col("sent").sum())
        self._sums = pl.concat([carried, here]).group_by("src", "day").agg(pl.col("sent").sum())
        floor = self._detector.limit * self._detector.least_mib * MEBIBYTE
        heavy = self._sums.group_by("src").agg(pl.col("sent").sum()).filter(pl.col("sent") >= floor)["src"]
        for source in here.filter(pl.col("src").is_in(heavy.implode()))["src"].unique().sort():
            if self._roles.role(source) != BACKUP:
                self._judge(source, rows.filter(pl.col("src") == source), carried)
        self._forget(rows["day"].item(-1))

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _judge(self, source: str, rows: pl.DataFrame, carried: pl.DataFrame) -> None:
        loud = (pl.col("src") == source) & (pl.col("sent") > self._detector.quiet_mib * MEBIBYTE)
        days = dict(self._sums.filter(loud).select("day", "sent").iter_rows())
        before = dict(carried.filter(pl.col("src") == source).select("day", "sent").iter_rows())
        for (number,), mine in rows.partition_by("day", as_dict=True, maintain_order=True).items():
            day = int(str(number))
            limit, usual = self._limit(days, day)
            if limit is None:
                continue
            summed = mine.with_columns(running=pl.col("sent").cum_sum() + before.get(day, 0.0))
            crossing = (pl.col("running") >= limit) & (pl.col("running") - pl.col("sent") < limit)
            for row in summed.filter(crossing).iter_rows(named=True):
                self._tell(row, usual)

    def _limit(self, days: Mapping[int, float], day: int) -> tuple[float | None, float]:
        """Give the bytes from which this day convicts, and the usual ones of a day; None while it is learnt."""
        tunables = self._detector
        first = max(self._context.began(tunables.reads) // DAY, day - tunables.memory)
        after = first + tunables.learning
        if day < after:
            return None, 0.0
        sample = pl.Series([days.get(one, 0.0) for one in range(first, after)])
        usual = _number(sample.median())
        spread = max(_SCALE * _number((sample - usual).abs().median()), tunables.least_mib * MEBIBYTE)
        over = 0.0
        for one in range(after, day):
            over = max(0.0, over + days.get(one, 0.0) - usual - tunables.slack * spread)
            if over >= tunables.limit * spread:
                over = 0.0  # the finding of that day has told it: the sum starts again
        return usual + (tunables.slack + tunables.limit) * spread - over, usual

    def _tell(self, row: Mapping[str, Any], usual: float) -> None:
        act = _act(row)
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(row["src"]):
            run = self._runs.open(row["src"], act, ())
            run.facts.update(usual=int(usual), today=int(row["running"]))

    def _forget(self, day: int) -> None:
        self._sums = self._sums.filter(
            (pl.col("day") >= day - self._detector.memory)
            & ((pl.col("sent") > self._detector.quiet_mib * MEBIBYTE) | (pl.col("day") == day))
        )

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.4,
            (
                say("{source} has been sending out more than usual for days", source=run.source),
                say(
                    "With {today} MiB today, what it sent beyond its usual day of {usual} MiB has added up too far.",
                    today=run.facts["today"] // MEBIBYTE,
                    usual=run.facts["usual"] // MEBIBYTE,
                ),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("{sent} MiB sent to {target}", sent=round(row["sent"] / MEBIBYTE, 1), target=row["dst"]),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


DETECTOR = SlowExfiltration()
