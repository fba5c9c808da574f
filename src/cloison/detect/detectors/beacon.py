"""A host that calls the same address outside, again and again, like a clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400_000_000

CLOCKWORK = {"udp": (53, 67, 68, 123, 137, 138, 500, 1900, 3702, 4500, 5353, 5355), "tcp": (53, 853)}
"""Names, time, leases, discovery, tunnels' keep-alive: regular by nature (IANA service names)."""

KEPT = 64
"""Times kept for each pair of hosts: quartiles of 63 intervals are stable to a few percent."""

MINUTES = 120
"""Seconds from which a rhythm is said in minutes."""

MEMORY = 14
"""Days after which a pair of hosts that did not meet is forgotten."""

_PAIRS = {
    "pair": pl.UInt64(),
    "place": pl.Int64(),
    "start": pl.Int64(),
    "second": pl.Int64(),
    "last": pl.Int64(),
    "born": pl.Int64(),
}
"""How many calls were counted, which one began the present stretch, when the last one was, and the first."""

_TIMES = {
    "pair": pl.UInt64(),
    "place": pl.Int64(),
    "second": pl.Int64(),
    "src_bytes": pl.UInt64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
}
_CALLERS = {"dst_key": pl.UInt64(), "src_key": pl.UInt64(), "day": pl.Int64(), "seq": pl.Int64()}
"""Who called whom on which UTC day, and when first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """Regular calls from a host inside to an address outside.

    Calls of one host to one address and port are counted once a second. At the 32nd, 64th, 128th... up to the
    1,024th and then each 1,024th, the intervals of the last 64 are looked at:

    - dispersion: 1 - MAD / median of the intervals; an even jitter of ±50 % gives 0.75, independent calls of a
      person 0.3;
    - symmetry: 1 - |Bowley's skewness| (Bowley 1901), as RITA does: a person pauses, a timer does not;
    - size: 1 - MAD / median of the bytes sent, where they are known.

    Medians and quartiles bear a quarter of missed or doubled calls. The detector is convinced when dispersion
    is at least `dispersion` and the mean of the three at least `score`, with a median interval between
    `shortest` and `longest`. Addresses that many hosts call are services, not an intruder's. A pair silent for a
    day starts again.

    Source: RITA (Active Countermeasures), its beacon analysis; Hampel 1974 for the MAD. ATT&CK T1071.

    Attributes:
        popular_hosts: an address that as many hosts call, and `popular_share` of all, is popular.
        settling: what was there when Cloison began to watch may be habit: less confidence, and none at all for
            machines that the map puts in a compartment without people (servers, devices), which tick by nature.
    """

    name: ClassVar[str] = "beacon"
    technique: ClassVar[Technique] = Technique("T1071")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "src_bytes", "answered")}
    key: ClassVar[str] = "src"

    first: int = 32
    last: int = 1024
    dispersion: float = 0.65
    score: float = 0.8
    shortest: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=3)
    popular_hosts: int = 5
    popular_share: float = 0.02
    settling: timedelta = timedelta(hours=6)

    def watch(self, context: Context) -> "BeaconWatch":
        """Begin to watch."""
        return BeaconWatch(self, context)


class BeaconWatch:
    """Pairs of hosts, their last calls, who calls each address, and the pairs that were found regular."""

    def __init__(self, detector: Beacon, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._pairs = pl.DataFrame(schema=_PAIRS)
        self._times = pl.DataFrame(schema=_TIMES)
        self._callers = pl.DataFrame(schema=_CALLERS)
        self._began: int | None = None
        self._guilty: set[int] = set()
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW]
        if self._began is None:
            self._began = flows["clock"].item(0)
        clockwork = pl.any_horizontal(
            (pl.col("proto") == proto) & pl.col("dst_port").is_in(ports) for proto, ports in CLOCKWORK.items()
        )
        calls = flows.filter(
            pl.col("src_inside")
            & pl.col("dst_outside")
            & pl.col("proto").is_in(["tcp", "udp"])
            & pl.col("dst_port").is_not_null()
            & pl.col("answered").fill_null(value=True)
            & ~clockwork
        )
        if calls.is_empty():
            return
        calls = self._counted(calls)
        self._meet(calls)
        self._convict(calls)
        self._forget(calls)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _counted(self, calls: pl.DataFrame) -> pl.DataFrame:
        """Number the calls of each pair, one a second, within a stretch without a day's silence."""
        return (
            calls.with_columns(
                pair=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port")),
                second=pl.col("began") // SECOND,
                day=pl.col("clock") // DAY,
            )
            .join(
                self._pairs.rename({"second": "past_second", "place": "past_place", "start": "past_start"}),
                on="pair",
                how="left",
                maintain_order="left",
            )
            .filter(
                pl.col("second").ne_missing(pl.col("second").shift(1).over("pair").fill_null(pl.col("past_second")))
            )
            .with_columns(
                place=pl.col("past_place").fill_null(0) + pl.int_range(1, pl.len() + 1).over("pair"),
                silence=pl.col("clock") - pl.col("clock").shift(1).over("pair").fill_null(pl.col("last")),
                born=pl.coalesce("born", pl.col("clock").first().over("pair")),
            )
            .with_columns(start=pl.when(pl.col("silence").fill_null(DAY + 1) > DAY).then("place").otherwise(None))
            .with_columns(start=pl.coalesce(pl.col("start").forward_fill().over("pair"), "past_start"))
        )

    def _meet(self, calls: pl.DataFrame) -> None:
        met = calls.select(*_CALLERS).unique(["dst_key", "src_key", "day"], keep="first", maintain_order=True)
        self._callers = pl.concat(
            [
                self._callers,
                met.join(self._callers, on=["dst_key", "src_key", "day"], how="anti", maintain_order="left"),
            ]
        )

    def _convict(self, calls: pl.DataFrame) -> None:
        self._times = pl.concat([self._times, calls.select(*_TIMES)])
        count = pl.col("place") - pl.col("start") + 1
        doubled = (count & (count - 1)) == 0
        checkpoint = (count >= self._detector.first) & (
            (doubled & (count <= self._detector.last)) | (count % self._detector.last == 0)
        )
        regular = self._unpopular(self._regular(calls.filter(checkpoint)))
        explained = [self._explained(*row) for row in regular.select("src", "dst", "born").iter_rows()]
        regular = regular.filter(~pl.Series(explained, dtype=pl.Boolean()))
        self._guilty.update(regular["pair"])
        if not self._guilty:
            return
        acts = calls.filter(pl.col("pair").is_in(pl.Series(list(self._guilty), dtype=pl.UInt64())))
        fires = acts.select(pl.col("seq").is_in(regular["seq"].implode()))["seq"]
        for rows in acts.with_columns(fires=fires).partition_by("src", maintain_order=True):
            self._runs.grow(str(rows["src"][0]), rows, _act, self._before)
        self._tell(regular)

    def _regular(self, checks: pl.DataFrame) -> pl.DataFrame:
        """Keep the checkpoints whose last calls are regular, with their median interval in seconds."""
        tunables = self._detector
        interval = pl.col("second").sort().diff().drop_nulls().cast(pl.Float64())
        low, middle, high = (interval.quantile(part, "linear") for part in (0.25, 0.5, 0.75))
        size = pl.col("src_bytes").cast(pl.Float64())
        stats = (
            self._times.filter(pl.col("pair").is_in(checks["pair"].unique().implode()))
            .join(checks.select("pair", "seq", "start", check="place"), on="pair")
            .filter(
                (pl.col("place") <= pl.col("check"))
                & (pl.col("place") > pl.col("check") - KEPT)
                & (pl.col("place") >= pl.col("start"))
            )
            .group_by("seq")
            .agg(
                every=middle,
                dispersion=1 - (interval - middle).abs().median() / middle,
                symmetry=1 - ((high + low - 2 * middle) / (high - low)).abs(),
                even=1 - (size - size.median()).abs().median() / size.median(),
            )
            .with_columns(
                pl.col("dispersion").fill_nan(None).clip(0, 1).fill_null(0.0),
                # All intervals equal: as symmetrical as can be.
                pl.col("symmetry").fill_nan(None).clip(0, 1).fill_null(1.0),
                pl.col("even").fill_nan(None).clip(0, 1),
            )
            .with_columns(score=pl.mean_horizontal("dispersion", "symmetry", "even"))
            .filter(
                (pl.col("dispersion") >= tunables.dispersion)
                & (pl.col("score") >= tunables.score)
                & pl.col("every").is_between(tunables.shortest.total_seconds(), tunables.longest.total_seconds())
            )
        )
        return checks.join(stats.select("seq", "every", "score"), on="seq", maintain_order="left")

    def _unpopular(self, checks: pl.DataFrame) -> pl.DataFrame:
        """Drop the addresses that many hosts called on that day and the one before, as known at that moment."""
        kept = []
        for (day,), mine in checks.partition_by("day", as_dict=True, maintain_order=True).items():
            recent = self._callers.filter(pl.col("day").is_between(int(str(day)) - 1, int(str(day))))
            arrivals = recent.group_by("src_key").agg(pl.col("seq").min())["seq"].sort()
            users = (
                mine.select("dst_key", check="seq")
                .join(recent, on="dst_key")
                .filter(pl.col("seq") <= pl.col("check"))
                .group_by("check")
                .agg(users=pl.col("src_key").n_unique())
            )
            many = pl.max_horizontal(
                pl.lit(self._detector.popular_hosts),
                self._detector.popular_share * pl.Series("hosts", arrivals.search_sorted(mine["seq"], side="right")),
            )
            kept.append(
                mine.join(users, left_on="seq", right_on="check", maintain_order="left")
                .with_columns(many=many)
                .filter(pl.col("users") < pl.col("many"))
            )
        return pl.concat(kept) if kept else checks.with_columns(users=pl.lit(0, pl.UInt32()), many=pl.lit(0.0))

    def _explained(self, src: str, dst: str, born: int) -> bool:
        return self._roles.supplied(src, dst) or (self._settled(born) and self._roles.unattended(src))

    def _settled(self, born: int) -> bool:
        """Tell whether the pair met soon after Cloison began to watch, so perhaps long before."""
        return born - (born if self._began is None else self._began) <= self._detector.settling // MICROSECOND

    def _before(self, row: Mapping[str, Any]) -> list[Act]:
        """Give the calls that the conviction rests on."""
        window = self._times.filter(
            (pl.col("pair") == row["pair"])
            & pl.col("place").is_between(max(row["start"], row["place"] - KEPT + 1), row["place"] - 1)
        )
        return [
            _act({**call, "dst": row["dst"], "dst_port": row["dst_port"], "began": call["second"] * SECOND})
            for call in window.with_columns(clock=pl.col("second") * SECOND).iter_rows(named=True)
        ]

    def _tell(self, regular: pl.DataFrame) -> None:
        """Note what made the findings that began here."""
        for row in regular.iter_rows(named=True):
            run = self._runs.at(row["src"], row["clock"])
            if run is not None and run.fired.clock == row["clock"] and not run.facts:
                run.facts.update(every=int(row["every"]), users=row["users"], settled=int(self._settled(row["born"])))

    def _forget(self, calls: pl.DataFrame) -> None:
        now, today = calls["clock"].item(-1), calls["day"].item(-1)
        last = (
            calls.group_by("pair", maintain_order=True)
            .agg(pl.col("place", "start", "second", "clock").last(), pl.col("born").first())
            .rename({"clock": "last"})
        )
        pairs = pl.concat([self._pairs.join(last, on="pair", how="anti"), last.select(*_PAIRS)])
        self._pairs = pairs.filter(pl.col("last") >= now - MEMORY * DAY)
        alive = self._pairs.filter(pl.col("last") >= now - DAY).select("pair", "start", latest="place")
        self._times = (
            self._times.join(alive, on="pair", maintain_order="left")
            .filter((pl.col("place") > pl.col("latest") - KEPT) & (pl.col("place") >= pl.col("start")))
            .select(*_TIMES)
        )
        self._callers = self._callers.filter(pl.col("day") >= today - 1)
        self._guilty.intersection_update(self._pairs["pair"])

    def _say(self, run: Run) -> Finding:
        settled = bool(run.facts["settled"])
        confidence = (0.3 if settled else 0.6) * (1.0 if run.facts["users"] <= 1 else 0.8)
        usual = (
            say("It may have done so before Cloison began to watch: check whether this is a known program.")
            if settled
            else say("It had not called there before, and few other machines do.")
        )
        seconds = run.facts["every"]
        rhythm = (
            say_many("about every {n} second", "about every {n} seconds", seconds)
            if seconds < MINUTES
            else say_many("about every {n} minute", "about every {n} minutes", round(seconds / 60))
        )
        title = say_many(
            "{source} calls {n} address outside at a regular rhythm",
            "{source} calls {n} addresses outside at a regular rhythm",
            len(run.targets),
            source=run.source,
        )
        what = say(
            "It calls {rhythm}, {calls} times so far, as a program waiting for orders does.",
            rhythm=rhythm,
            calls=run.acts,
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (title, say("{what} {usual}", what=what, usual=usual)),
        )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("call to {target}, port {port}", target=row["dst"], port=str(row["dst_port"])),
    )


DETECTOR = Beacon()
