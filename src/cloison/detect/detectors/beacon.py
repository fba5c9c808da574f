"""A host that calls the same address, again and again, like a clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.places import joined_key
from cloison.detect.rhythm import Calls
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.detect.usual_ports import odd_port
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400_000_000

CLOCKWORK = {"udp": (53, 67, 68, 123, 137, 138, 500, 1900, 3702, 4500, 5353, 5355), "tcp": (53, 853)}
"""Names, time, leases, discovery, tunnels' keep-alive: regular by nature (IANA service names)."""

WEB = (80, 443, 8000, 8080, 8443, 8888)
"""Where an implant calls a master who has a private address, beside the ports that nothing else uses."""

BLOCKS = ("10.", "192.168.")
"""Two of the three private blocks (RFC 1918): addresses of the third begin with neither."""

FEW = 32
"""Calls below which a rhythm must be nearly perfect."""

MINUTES = 120
"""Seconds from which a rhythm is said in minutes."""

PUBLIC = 1 << 16
"""Public addresses that call others, remembered where there is no map."""

MEMORY = 14
"""Days after which a pair of hosts that did not meet is forgotten."""

_CALLERS = {
    "meeting": pl.UInt64(),
    "dst_key": pl.UInt64(),
    "src_key": pl.UInt64(),
    "day": pl.Int64(),
    "seq": pl.Int64(),
}
"""Who called whom on which UTC day, and when first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """Regular calls from a host to an address outside.

    Calls of one host to one address and port are counted once a second. At the 8th, 16th, 32nd, 64th... up to the
    1,024th and then each 1,024th, the intervals of the last 64 are looked at:

    - dispersion: 1 - MAD / median of the intervals; an even jitter of ±50 % gives 0.75, independent calls of a
      person 0.3;
    - symmetry: 1 - |Bowley's skewness| (Bowley 1901), as RITA does: a person pauses, a timer does not;
    - size: 1 - MAD / median of the bytes sent, where they are known.

    Medians and quartiles bear a quarter of missed or doubled calls. The detector is convinced when dispersion
    is at least `dispersion` and the mean of the three at least `score`, with a median interval between
    `shortest` and `longest`. Below 32 calls both must reach `strict`, and the interval be at most `hurried`: a timer
    of ±10 % passes, an implant in a hurry is told in eight calls, and a program that asks for its updates every
    quarter of an hour is given the time to show that others do as well. Addresses that many hosts call are services,
    not an intruder's. A pair silent for a day starts again.

    Calls that nobody answers count too, with less confidence: an implant keeps calling a master that is gone, but
    so does a program whose way out is shut.

    Without a map nobody knows what is outside. A private address of another block (RFC 1918) than the caller's is then
    taken for outside when it is called on a port of the web or one that nothing else uses; and where both ends are
    public, the caller for one of the hospital's machines, unless the one called was seen calling others.

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
    key: ClassVar[str] = NETWORK

    first: int = 8
    last: int = 1024
    dispersion: float = 0.65
    score: float = 0.8
    strict: float = 0.9
    shortest: timedelta = timedelta(seconds=2)
    hurried: timedelta = timedelta(minutes=2)
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
        self._mapped = context.hospital is not None
        self._public = pl.DataFrame(schema={"dst_key": pl.UInt64(), "called": pl.Int64()})
        self._calls = Calls(silence=DAY, memory=MEMORY * DAY)
        self._callers = pl.DataFrame(schema=_CALLERS)
        self._began: int | None = None
        self._guilty = pl.DataFrame(schema={"pair": pl.UInt64(), "since": pl.Int64()})
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW]
        if self._began is None:
            self._began = flows["clock"].item(0)
        clockwork = pl.any_horizontal(
            (pl.col("proto") == proto) & pl.col("dst_port").is_in(ports) for proto, ports in CLOCKWORK.items()
        )
        timed = pl.col("proto").is_in(["tcp", "udp"]) & pl.col("dst_port").is_not_null() & ~clockwork
        calls = (
            flows.lazy()
            .filter(timed & self._leaving(flows))
            .select(
                *("seq", "clock", "origin", "record", "src_bytes", "src_key", "dst_key", "src_inside", "new_today"),
                pair=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port")),
                second=pl.col("began") // SECOND,
                day=pl.col("clock") // DAY,
            )
            .collect()
        )
        if calls.is_empty():
            return
        now = calls["day"].item(-1)
        self._meet(calls)
        self._notice_public(calls)
        counted = self._calls.count(calls)
        self._calls.keep(counted)
        self._convict(counted, flows)
        self._callers = self._callers.filter(pl.col("day") >= now - 1)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _leaving(self, flows: pl.DataFrame) -> pl.Expr:
        """Tell the calls that leave the hospital, as far as anyone can know."""
        if self._mapped:
            return pl.col("src_inside") & pl.col("dst_outside")
        web = pl.col("src_inside") & pl.col("dst_inside") & (pl.col("dst_port").is_in(WEB) | odd_port())
        apart = pl.any_horizontal(
            pl.col("src").str.starts_with(block) != pl.col("dst").str.starts_with(block) for block in BLOCKS
        )
        # The text of addresses is looked at only where their numbers leave it open.
        near = flows.lazy().filter(web).select("seq", "src", "dst").collect()
        crossing = near.filter(apart & ~pl.col("dst").str.contains(":", literal=True))["seq"]
        return pl.col("dst_outside") | pl.col("seq").is_in(crossing.implode())

    def _notice_public(self, calls: pl.DataFrame) -> None:
        """Remember the public addresses that call others: they are ours, as their calls pass here."""
        callers = calls.filter(~pl.col("src_inside")).select(dst_key="src_key", called="seq")
        new = callers.unique("dst_key", keep="first", maintain_order=True)
        self._public = pl.concat([self._public, new.join(self._public, on="dst_key", how="anti")]).head(PUBLIC)

    def _meet(self, calls: pl.DataFrame) -> None:
        meeting = joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("day"))
        met = calls.lazy().filter("new_today").with_columns(meeting=meeting).select(*_CALLERS)
        new = met.filter(pl.col("meeting").is_first_distinct()).collect().join(self._callers, on="meeting", how="anti")
        self._callers = pl.concat([self._callers, new])

    def _convict(self, counted: pl.DataFrame, flows: pl.DataFrame) -> None:
        count = pl.col("place") - pl.col("start") + 1
        doubled = (count & (count - 1)) == 0
        checkpoint = (count >= self._detector.first) & (
            (doubled & (count <= self._detector.last)) | (count % self._detector.last == 0)
        )
        ends = flows.select("seq", "src", "dst", "dst_port", "began", "answered")
        regular = self._ours(self._unpopular(self._regular(counted.filter(checkpoint)))).join(ends, on="seq")
        explained = [self._explained(*row) for row in regular.select("src", "dst", "born").iter_rows()]
        regular = regular.filter(~pl.Series(explained, dtype=pl.Boolean())).sort("seq")
        # A pair's calls count from its conviction on, wherever the stream is cut.
        self._guilty = pl.concat([self._guilty, regular.select("pair", since="seq")]).unique(
            "pair", keep="first", maintain_order=True
        )
        acts = (
            counted.join(self._guilty, on="pair")
            .filter(pl.col("seq") >= pl.col("since"))
            .sort("seq")
            .join(ends, on="seq", maintain_order="left")
        )
        acts = acts.with_columns(fires=pl.col("seq").is_in(regular["seq"].implode()))
        for rows in acts.partition_by("src", maintain_order=True):
            self._runs.grow(str(rows["src"][0]), rows, _act, self._before)
        self._tell(regular)

    def _ours(self, checks: pl.DataFrame) -> pl.DataFrame:
        """Drop the callers from outside that call one of ours."""
        known = checks.join(self._public, on="dst_key", how="left", maintain_order="left")
        foreign = ~pl.col("src_inside") & (pl.col("called") < pl.col("seq")).fill_null(value=False)
        return known.filter(~foreign).drop("called", "src_inside")

    def _regular(self, checks: pl.DataFrame) -> pl.DataFrame:
        """Keep the checkpoints whose last calls are regular, with their median interval in seconds."""
        tunables = self._detector
        rhythm = self._calls.rhythm(checks)
        parts = np.stack([rhythm.dispersion, rhythm.symmetry, rhythm.evenness])
        known = ~np.isnan(parts)
        score = np.where(known, parts, 0.0).sum(axis=0) / known.sum(axis=0)
        few = (checks["place"] - checks["start"] + 1 < FEW).to_numpy()
        kept = (
            (rhythm.dispersion >= np.where(few, tunables.strict, tunables.dispersion))
            & (score >= np.where(few, tunables.strict, tunables.score))
            & (rhythm.every >= tunables.shortest.total_seconds())
            & (rhythm.every <= np.where(few, tunables.hurried.total_seconds(), tunables.longest.total_seconds()))
        )
        return checks.with_columns(every=pl.Series(rhythm.every)).filter(pl.Series(kept))

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
        window = self._calls.window(row["pair"], row["start"], row["place"]).head(-1)
        return [
            _act({**call, "dst": row["dst"], "dst_port": row["dst_port"]})
            for call in window.with_columns(clock=pl.col("second") * SECOND, began=pl.col("second") * SECOND).iter_rows(
                named=True
            )
        ]

    def _tell(self, regular: pl.DataFrame) -> None:
        """Note what made the findings that began here."""
        for row in regular.iter_rows(named=True):
            run = self._runs.at(row["src"], row["clock"])
            if run is not None and run.fired.clock == row["clock"] and not run.facts:
                run.facts.update(every=int(row["every"]), users=row["users"], settled=int(self._settled(row["born"])))
                run.facts["silent"] = int(row["answered"] is False)

    def _say(self, run: Run) -> Finding:
        settled = bool(run.facts["settled"])
        confidence = (0.3 if settled else 0.6) * (1.0 if run.facts["users"] <= 1 else 0.8)
        if run.facts["silent"]:
            confidence *= 0.7
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
            "{source} calls {n} address at a regular rhythm",
            "{source} calls {n} addresses at a regular rhythm",
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
