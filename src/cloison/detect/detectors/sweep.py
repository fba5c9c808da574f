"""A host that calls its neighbours one after the other, to know who is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.burst import Bursts, microseconds
from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import DAY, Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

_CALLS = (8, 13, 17, 128)
"""In place of the source port, ICMP's echo, timestamp and address mask requests (RFC 792, RFC 950), ICMPv6's echo
request. Of the second and third hardly anything is left but the pings of scanners, where echoes are filtered."""

_ROUTES = frozenset({"router", "firewall", "gateway"})
"""Roles that ask for addresses on behalf of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Many neighbours called within a minute, of whom many are not there.

    - Echo requests (ping), or ICMP's other questions, to `pinged` machines not called so the same or the previous
      day, of which at least a share of `silent` did not answer: a supervisor calls machines that exist. With a chance
      of 0.05 that a machine of a list does not answer, 3 of 10 silent is chance once in 87.
    - ARP requests for `asked` addresses that nobody has been heard at: a PC asks for its router, its printer, its
      servers.

    Source: Jung et al., IEEE S&P 2004, for first contacts that fail as the sign; Whyte, Kranakis, van Oorschot,
    "ARP-based detection of scanning worms within an enterprise network", 2005. ATT&CK T1018.

    Attributes:
        window: how close together the calls must be.
    """

    name: ClassVar[str] = "sweep"
    technique: ClassVar[Technique] = Technique("T1018")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("proto", "answered", "src_port"),
        Kind.ARP: ("operation",),
    }
    key: ClassVar[str] = NETWORK

    pinged: int = 10
    silent: float = 0.25
    asked: int = 24
    window: timedelta = timedelta(minutes=1)

    def watch(self, context: Context) -> "SweepWatch":
        """Begin to watch."""
        return SweepWatch(self, context)


class SweepWatch:
    """Contacts known of two days, addresses heard, latest calls of each host."""

    def __init__(self, detector: Sweep, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._calls = Firsts(days=1, limit=1 << 20)
        self._heard = pl.DataFrame(schema={"key": pl.UInt64(), "heard": pl.Int64(), "seq": pl.Int64()})
        self._bursts = Bursts(microseconds(detector.window))
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        parts, asked = [], pl.col("question")
        if Kind.FLOW in tables:
            echo = (pl.col("proto") == "icmp") & pl.col("src_port").is_in(_CALLS) & pl.col("answered").is_not_null()
            told = {"how": pl.lit("ping"), "there": pl.col("answered"), "question": pl.col("src_port")}
            parts.append(tables[Kind.FLOW].filter(echo).with_columns(**told))
        if Kind.ARP in tables:
            parts.append(self._unheard(tables[Kind.ARP]))
        columns = ("clock", "began", "origin", "record", "src", "dst", "how", "there", "key")
        called = [
            part.with_columns(key=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("how"), asked)).select(
                columns
            )
            for part in parts
            if part.height
        ]
        if not called:
            return
        for row in self._calls.new(in_order_of_arrival(called)).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._excused(run)]

    def _unheard(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the requests for addresses where nobody has been heard of, the same or the previous day."""
        speaking = pl.concat(
            [self._heard, rows.select("seq", key="src_key", heard="clock").select("key", "heard", "seq")]
        )
        self._heard = (
            speaking.group_by("key")
            .agg(pl.col("heard", "seq").max())
            .filter(pl.col("heard") >= rows["clock"].item(-1) - 2 * DAY)
            .sort("seq")
        )
        asked = rows.filter((pl.col("operation") == "request") & (pl.col("src_key") != pl.col("dst_key")))
        return (
            asked.join_asof(speaking, on="seq", by_left="dst_key", by_right="key", check_sortedness=False)
            .filter(pl.col("heard").is_null() | (pl.col("clock") - pl.col("heard") > 2 * DAY))
            .with_columns(how=pl.lit("arp"), there=pl.lit(value=False), question=pl.lit(0, pl.UInt16()))
        )

    def _take(self, row: Mapping[str, Any]) -> None:
        source, how = str(row["src"]), str(row["how"])
        act = _act(row)
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
            return
        calls = self._bursts.take((source, how), act)
        silent = self._bursts.take((source, how, "silent"), act) if not row["there"] else None
        if silent is None:
            silent = self._bursts.latest((source, how, "silent"), act.clock)
        need = self._detector.asked if how == "arp" else self._detector.pinged
        machines, absent = ({one.target for one in acts} for acts in (calls, silent))
        if len(machines) < need or len(absent) < self._detector.silent * len(machines) or self._runs.full(source):
            return
        run = self._runs.open(source, act, list(calls)[:-1])
        run.facts[how] += 1

    def _excused(self, run: Run) -> bool:
        return self._roles.looks(run.source) or self._roles.role(run.source) in _ROUTES

    def _say(self, run: Run) -> Finding:
        machines = len(run.targets)
        how = say("pings") if run.facts["ping"] else say("requests for their address (ARP)")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            min(0.9, (0.55 if run.facts["ping"] else 0.6) + 0.1 * (machines >= 2 * self._detector.asked)),
            (
                say("{source} calls its neighbours one after the other", source=run.source),
                say("{what} {usual}", what=_what(machines, how), usual=_USUAL),
            ),
        )


_USUAL = say("An ordinary machine calls a few known ones, which are there.")


def _what(machines: int, how: Sentence) -> Sentence:
    return say_many(
        "It called {n} machine within a short time by {how}, and many did not answer.",
        "It called {n} machines within a short time by {how}, and many did not answer.",
        machines,
        how=how,
    )


def _act(row: Mapping[str, Any]) -> Act:
    target = str(row["dst"])
    note = (
        say("{target} asked for on the local network", target=target)
        if row["how"] == "arp"
        else say("{target} called, and there", target=target)
        if row["there"]
        else say("{target} called, without answer", target=target)
    )
    return Act(row["clock"], row["began"], row["origin"], row["record"], target, note)


DETECTOR = Sweep()
