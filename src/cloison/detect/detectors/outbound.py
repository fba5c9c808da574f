"""A host that sends out far more than it does, in one hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log2
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import TARGETS, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

HOUR = 3_600_000_000
"""Microseconds."""

MEBIBYTE = 1 << 20
PARTS = 100
"""A connection that carries this part of the floor is quoted as evidence."""

ENOUGH_DAYS = 3
"""From as many days, the single largest one is no habit."""

_SCALE = 1.4826
"""MAD of a normal law to its standard deviation (Hampel 1974)."""

_SUMS = {"src": pl.String(), "hour": pl.Int64(), "sent": pl.Float64()}
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
class Outbound:
    """Bytes that a host inside sends outside, hour by hour, against what it is used to send.

    Only conversations that mostly send count (`src_bytes` at least `sending` times `dst_bytes`): an upload, not the
    requests of a download nor a video call. Bytes belong to the hour in which their connection ended, for
    only then are they known. An hour is unusual from the largest of:

    - `floor_mib`, or `cold_floor_mib` while the stream is younger than `warm_up_hours`;
    - `season_factor` times the most sent at that time of day (an hour either side) on the days before, the
      single largest day left out once three are known: the nightly backup is a habit, one theft is not;
    - median + `spread_factor` · 1.4826 · MAD of the host's hours that sent more than `quiet_mib`.

    Source: median and MAD as robust location and scale, Hampel 1974; Rousseeuw and Croux 1993. ATT&CK T1048.

    Attributes:
        days: how far back habits go.
    """

    name: ClassVar[str] = "outbound"
    technique: ClassVar[Technique] = Technique("T1048")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("src_bytes", "dst_bytes")}
    key: ClassVar[str] = "src"

    floor_mib: float = 512
    cold_floor_mib: float = 2048
    warm_up_hours: int = 24
    sending: float = 2.0
    season_factor: float = 3.0
    spread_factor: float = 6.0
    quiet_mib: float = 1.0
    days: int = 14

    def watch(self, context: Context) -> "OutboundWatch":
        """Begin to watch."""
        return OutboundWatch(self, context)


class OutboundWatch:
    """Sums of the hours: the one that runs, and those before that were not quiet."""

    def __init__(self, detector: Outbound, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._sums = pl.DataFrame(schema=_SUMS)
        self._large = pl.DataFrame(schema=_LARGE)
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
            .with_columns(hour=pl.col("clock") // HOUR, sent=pl.col("src_bytes").cast(pl.Float64()))
            .select(*_LARGE)
        )
        if rows.is_empty():
            return
        carried = self._sums
        here = rows.group_by("src", "hour").agg(pl.col("sent").sum())
        self._sums = pl.concat([carried, here]).group_by("src", "hour").agg(pl.col("sent").sum())
        large = pl.concat([self._large, rows.filter(pl.col("sent") >= self._detector.floor_mib * MEBIBYTE / PARTS)])
        for source in self._suspects(here):
            self._judge(source, rows.filter(pl.col("src") == source), carried, large)
        self._forget(rows["hour"].item(-1), large)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _suspects(self, here: pl.DataFrame) -> list[str]:
        """Give the hosts that may have crossed a floor now, and those already denounced that go on."""
        busy = self._sums.join(here.select("src", "hour"), on=["src", "hour"], how="semi")
        floor = self._detector.floor_mib * MEBIBYTE
        judged = (pl.col("sent") >= floor) | pl.col("src").is_in(self._runs.sources)
        return busy.filter(judged)["src"].unique().sort().to_list()

    def _judge(self, source: str, rows: pl.DataFrame, carried: pl.DataFrame, large: pl.DataFrame) -> None:
        limits = {hour: self._limit(source, hour) for hour in rows["hour"].unique().sort()}
        before = dict(carried.filter(pl.col("src") == source).select("hour", "sent").iter_rows())
        rows = rows.with_columns(
            running=pl.col("hour").replace_strict(before, default=0.0, return_dtype=pl.Float64())
            + pl.col("sent").cum_sum().over("hour"),
            limit=pl.col("hour").replace_strict(limits, return_dtype=pl.Float64()),
        ).with_columns(
            crosses=(pl.col("running") >= pl.col("limit")) & (pl.col("running") - pl.col("sent") < pl.col("limit"))
        )
        told = rows.filter(pl.col("crosses") | (pl.col("sent") >= self._detector.floor_mib * MEBIBYTE / PARTS))
        for row in told.iter_rows(named=True):
            run = self._runs.live(source, row["clock"])
            if run is not None:
                run.add(_act(row))
                run.facts["bytes"] += int(row["sent"])
            elif row["crosses"] and not self._runs.full(source):
                earlier = large.filter(
                    (pl.col("src") == source) & (pl.col("hour") == row["hour"]) & (pl.col("seq") < row["seq"])
                ).head(TARGETS)
                run = self._runs.open(source, _act(row), [_act(one) for one in earlier.iter_rows(named=True)])
                run.facts["bytes"] = int(row["running"])
                run.facts["usual"] = int(self._usual(source, row["hour"]))
                run.facts["cold"] = int(self._cold(row["hour"]))

    def _history(self, source: str, hour: int) -> pl.DataFrame:
        return self._sums.filter(
            (pl.col("src") == source)
            & (pl.col("hour") < hour)
            & (pl.col("hour") >= hour - self._detector.days * 24)
            & (pl.col("sent") > self._detector.quiet_mib * MEBIBYTE)
        )

    def _usual(self, source: str, hour: int) -> float:
        """Give the most that the host had sent in an hour."""
        return _number(self._history(source, hour)["sent"].max())

    def _cold(self, hour: int) -> bool:
        return hour - self._context.began(self._detector.reads) // HOUR < self._detector.warm_up_hours

    def _limit(self, source: str, hour: int) -> float:
        """Give the bytes from which this hour is unusual for the host."""
        tunables = self._detector
        if self._cold(hour) and self._roles.role(source) == "backup-server":
            return inf  # its distant copy is its work, and tomorrow its habit
        past = self._history(source, hour)
        floor = (tunables.cold_floor_mib if self._cold(hour) else tunables.floor_mib) * MEBIBYTE
        apart = (pl.col("hour") - hour) % 24
        season = (
            past.filter(apart.is_in([0, 1, 23]))
            .group_by(day=(pl.col("hour") - hour + 1) // 24)
            .agg(pl.col("sent").max())["sent"]
            .sort(descending=True)
        )
        habit = season[1 if len(season) >= ENOUGH_DAYS else 0] if len(season) else 0.0
        middle = _number(past["sent"].median())
        spread = _number((past["sent"] - middle).abs().median())
        return float(max(floor, tunables.season_factor * habit, middle + tunables.spread_factor * _SCALE * spread))

    def _forget(self, hour: int, large: pl.DataFrame) -> None:
        kept = pl.col("hour") >= hour - self._detector.days * 24
        loud = (pl.col("sent") > self._detector.quiet_mib * MEBIBYTE) | (pl.col("hour") == hour)
        self._sums = self._sums.filter(kept & loud)
        self._large = large.filter((pl.col("hour") == hour) & (pl.int_range(pl.len()).over("src", "hour") < TARGETS))

    def _say(self, run: Run) -> Finding:
        cold = bool(run.facts["cold"])
        machines = len(run.targets)
        ratio = run.facts["bytes"] / max(run.facts["usual"], self._detector.floor_mib * MEBIBYTE)
        confidence = 0.35 if cold else min(0.85, 0.5 + 0.1 * log2(max(1.0, ratio)))
        usual = (
            say("Cloison had watched for less than a day: it cannot tell yet what is usual here.")
            if cold
            else say("In one hour it had never sent more than {usual} MiB.", usual=run.facts["usual"] // MEBIBYTE)
        )
        what = say_many(
            "It sent {sent} MiB to {n} address outside.",
            "It sent {sent} MiB to {n} addresses outside.",
            machines,
            sent=run.facts["bytes"] // MEBIBYTE,
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} sends an unusual amount of data out of the hospital", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
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


DETECTOR = Outbound()
