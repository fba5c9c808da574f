"""A machine that has just been reached, and calls back whoever reached it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import Bursts, microseconds
from cloison.detect.channel_clues import COMMANDED
from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.detect.services import RareServices
from cloison.detect.usual_ports import odd_port
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

PREFIXES = {4: 24, 6: 64}
"""Version -> length of what is taken for one network: an intruder's machines mostly stand together."""

KNOWN_LATE = timedelta(hours=1)
"""A flow is known when it ends: what was reached is remembered so long."""

_REACHED = {
    "clock": pl.Int64(),
    "began": pl.Int64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
    "seq": pl.Int64(),
    "caller": pl.String(),
    "victim_key": pl.UInt64(),
    "key": pl.UInt64(),
    "place": pl.Int64(),
}

LONGEST = 1 << 18
"""Machines reached that are remembered at most, 80 bytes each: with more in an hour, the last ones."""

_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """A first call to an odd port, soon after the caller was itself called where machines are administered.

    A flaw used from afar, or a program started from afar, hands over a shell by making the victim call: firewalls stop
    the other way. Told by connections alone. Points: the victim calls the very machine that had reached it 2, another
    of the same network (IPv4 /24, IPv6 /64), which is not the victim's own, 1; within `soon` of being reached 1; for
    each further odd port tried there 1; the other side feeds it `fed_kib`, ten times what it gets, 1. `threshold`
    convicts.

    Left out: a port that the victim calls on several machines, or that several machines call there (`popular_hosts`);
    a call known within `memory` days; machines that administer, and passages of the map.

    Source: Gu et al., "BotHunter", USENIX Security 2007, for the dialogue (inbound exploit, then the victim calls);
    ATT&CK T1210. The points are our own.
    """

    name: ClassVar[str] = "call-back"
    technique: ClassVar[Technique] = Technique("T1210")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "src_bytes", "dst_bytes", "answered")
    }
    key: ClassVar[str] = NETWORK

    threshold: int = 3
    soon: timedelta = timedelta(minutes=2)
    within: timedelta = timedelta(minutes=10)
    fed_kib: int = 256
    popular_hosts: int = 3
    memory: int = 7

    def watch(self, context: Context) -> "CallBackWatch":
        """Begin to watch."""
        return CallBackWatch(self, context)


class CallBackWatch:
    """Who was reached within the hour and by whom, calls known, odd ports tried."""

    def __init__(self, detector: CallBack, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._reached, self._count = pl.DataFrame(schema=_REACHED), 0
        self._services, self._habits = (RareServices(many=detector.popular_hosts) for _ in range(2))
        self._known = Firsts(days=detector.memory, limit=1 << 20)
        self._tried = Bursts(microseconds(KNOWN_LATE))
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW].filter((pl.col("proto") == "tcp") & (pl.col("src_key") != pl.col("dst_key")))
        if flows.is_empty():
            return
        reached = pl.concat([self._reached, self._orders(flows)])
        self._count += reached.height - self._reached.height
        calls = self._odd(flows)
        recent = pl.col("clock") >= flows["clock"].item(-1) - microseconds(KNOWN_LATE)
        self._reached = reached.filter(recent & (pl.col("place") >= self._count - LONGEST))
        if calls.height:
            for row in self._joined(calls, reached).iter_rows(named=True):
                self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _orders(self, flows: pl.DataFrame) -> pl.DataFrame:
        """Give who was newly called where machines are administered, and spoken to; once a minute for each pair."""
        spoke = pl.col("answered").fill_null(value=True) & (pl.col("src_bytes").fill_null(1) > 0)
        key = joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("began") // _MINUTE)
        return (
            flows.lazy()
            .filter(pl.col("dst_port").is_in(COMMANDED) & pl.col("dst_inside") & spoke)
            .select(*("clock", "began", "origin", "record", "seq"), caller="src", victim_key="dst_key", key=key)
            .filter(pl.col("key").is_first_distinct() & ~pl.col("key").is_in(self._reached["key"].implode()))
            .with_columns(place=pl.int_range(self._count, self._count + pl.len(), dtype=pl.Int64()))
            .collect()
        )

    def _odd(self, flows: pl.DataFrame) -> pl.DataFrame:
        """Give the calls to odd ports that are nobody's habit, new ones only."""
        somewhere = pl.col("dst_inside") | pl.col("dst_outside")
        calls = flows.filter(pl.col("src_inside") & somewhere & odd_port())
        if calls.is_empty():
            return calls
        calls = self._services.keep(calls)
        # What it calls on many machines is its work: the same count, with the ends exchanged.
        turned = {"src_key": "dst_key", "dst_key": "src_key"}
        calls = self._habits.keep(calls.rename(turned)).rename(turned) if calls.height else calls
        key = joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port"))
        return self._known.new(calls.with_columns(key=key))

    def _joined(self, calls: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
        """Give each call with each machine that had just reached its caller, in order."""
        before = reached.drop("key").rename(
            {name: f"reach_{name}" for name in ("clock", "began", "origin", "record", "seq")}
        )
        met = reached["place"].item(0) if reached.height else 0
        calls = calls.with_columns(then=pl.Series(reached["seq"].search_sorted(calls["seq"])).cast(pl.Int64()) + met)
        since = pl.col("began") - pl.col("reach_began")
        ordered = (pl.col("reach_seq") < pl.col("seq")) & (since >= 0)
        return (
            calls.lazy()
            .join(before.lazy(), left_on="src_key", right_on="victim_key", how="inner")
            .filter(ordered & (since <= microseconds(self._detector.within)))
            .filter(pl.col("reach_clock") >= pl.col("clock") - microseconds(KNOWN_LATE))
            .filter(pl.col("place") >= pl.col("then") - LONGEST)
            .sort("seq", "reach_began", "reach_seq")
            .unique(["seq", "caller"], keep="last", maintain_order=True)
            .collect()
        )

    def _take(self, row: Mapping[str, Any]) -> None:
        caller, victim, called = str(row["caller"]), str(row["src"]), str(row["dst"])
        near = called != caller and _network(called) == _network(caller) != _network(victim)
        if not (near or called == caller) or self._explained(row):
            return
        note = _note(victim, called, str(row["dst_port"]), near=near)
        call = Act(row["clock"], row["began"], row["origin"], row["record"], victim, note)
        tried = self._tried.take((caller, victim), call)
        points = (1 if near else 2) + (row["began"] - row["reach_began"] <= microseconds(self._detector.soon))
        points += len({one.note for one in tried}) - 1
        sent, got = row["src_bytes"] or 0, row["dst_bytes"] or 0
        points += got >= self._detector.fed_kib << 10 and got >= 10 * sent
        if points < self._detector.threshold:
            return
        run = self._runs.live(caller, call.clock)
        if run is None:
            if self._runs.full(caller):
                return
            note = say("{victim} reached on an administration port", victim=victim)
            reach = Act(row["reach_clock"], row["reach_began"], row["reach_origin"], row["reach_record"], victim, note)
            run = self._runs.open(caller, call, [reach, *(one for one in tried if one is not call)])
        else:
            run.add(call)
        run.facts["points"] = max(run.facts["points"], points)

    def _explained(self, row: Mapping[str, Any]) -> bool:
        caller, victim, called = str(row["caller"]), str(row["src"]), str(row["dst"])
        return (
            self._roles.administers(caller)
            or self._roles.supplied(victim, called)
            or self._roles.declared(victim, called, frozenset({f"tcp/{row['dst_port']}"}))
        )

    def _say(self, run: Run) -> Finding:
        victim = next(iter(run.targets))
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            min(0.8, 0.45 + 0.1 * (run.facts["points"] - self._detector.threshold)),
            (
                say("{victim} calls back after {source} had reached it", source=run.source, victim=victim),
                say(
                    "{source} had just reached {victim} on an administration port when {victim} called that side, for "
                    "the first time, on a port where nothing known is served. A flaw used against it, or a program "
                    "started there from afar, hands over its orders so.",
                    source=run.source,
                    victim=victim,
                ),
            ),
        )


def _note(victim: str, called: str, port: str, *, near: bool) -> Sentence:
    if near:
        return say(
            "{victim} calls a neighbour of that machine, {target}, port {port}", victim=victim, target=called, port=port
        )
    return say("{victim} calls back {target}, port {port}", victim=victim, target=called, port=port)


def _network(address: str) -> str:
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return str(ip_network(f"{address}/{PREFIXES[version]}", strict=False))


DETECTOR = CallBack()
