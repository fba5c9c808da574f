"""A machine that was attacked and now attacks others the same way: a worm, or a hand that works like one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import KEYS, Bursts, microseconds
from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

SERVICES: tuple[int, ...] = (
    *(21, 22, 23, 80, 135, 139, 445, 1433, 2323, 3306, 3389, 5432, 5555, 5900, 5985, 6379, 7001, 7547, 8009, 8080),
)
"""Services with a history of worms. Those where one machine is client and server by trade (mail, names, DICOM, HL7,
peers that share updates) are not among them."""

CALLERS = 8
"""Calls remembered to one service of one machine, the latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """Two fan-outs in a chain on one service, between machines inside.

    A machine *fans out* when it calls `machines` new ones on a service within `window`. Alarm when a machine that
    had never called that service, and was called on it by one that fans out, fans out on it itself within `delay` of
    the call: both are denounced. Sizes alike (within a factor of `alike`) between what it was sent and what it sends
    add to the confidence: the same payload travels on.

    Source: Ellis, Aiken, Attwood, Tenaglia, "A behavioral approach to worm detection", WORM 2004 (servers that turn
    client, fan-out, payload that travels); ATT&CK T1210.
    """

    name: ClassVar[str] = "fan-out"
    technique: ClassVar[Technique] = Technique("T1210")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "answered", "src_bytes")}
    key: ClassVar[str] = NETWORK
    repeats: ClassVar[bool] = False

    machines: int = 6
    window: timedelta = timedelta(minutes=10)
    delay: timedelta = timedelta(hours=1)
    alike: float = 1.5
    memory: int = 30

    def watch(self, context: Context) -> "FanOutWatch":
        """Begin to watch."""
        return FanOutWatch(self, context)


_ROW = ("src", "dst", "dst_port", "src_bytes", "answered", "clock", "began", "origin", "record")


@dataclass(frozen=True, slots=True)
class _Call:
    """One machine's call to a service of another."""

    caller: str
    size: int
    act: Act


class FanOutWatch:
    """New calls of each host and service, who called whom, since when each is a client."""

    def __init__(self, detector: FanOut, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._delay = microseconds(detector.delay)
        self._new = Firsts(days=detector.memory, limit=1 << 21)
        self._fans = Bursts(microseconds(detector.window))
        self._calls: dict[tuple[str, int], list[_Call]] = {}
        self._since: dict[tuple[str, int], int] = {}
        self._fanned: dict[tuple[str, int], int] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        near = pl.col("src_inside") & pl.col("dst_inside") & (pl.col("src_key") != pl.col("dst_key"))
        rows = (
            tables[Kind.FLOW]
            .lazy()
            .filter(pl.col("dst_port").is_in(SERVICES) & (pl.col("proto") == "tcp") & near)
            .select(*_ROW, key=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port")))
            .collect()
        )
        for source, target, port, size, answered, clock, began, origin, record in (
            self._new.new(rows).select(_ROW).iter_rows()
        ):
            act = Act(clock, began, origin, record, target, _NOTES[port])
            self._take(source, port, act, size or 0, taken=answered is not False)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._roles.administers(run.source)]

    def _take(self, source: str, port: int, act: Act, size: int, *, taken: bool) -> None:
        clock, target = act.clock, act.target
        _bounded(self._since)
        self._since.setdefault((source, port), clock)
        if taken:
            _bounded(self._calls)
            calls = self._calls.setdefault((target, port), [])
            calls.append(_Call(source, size, act))
            del calls[:-CALLERS]
        run = self._runs.live(source, clock)
        if run is not None and run.facts[f"port {port}"]:
            run.add(act)
        fan = self._fans.take((source, port), act)
        if len(fan) < self._detector.machines:
            return
        begins = clock - self._fanned.get((source, port), clock - self._delay - 1) > self._delay
        _bounded(self._fanned)
        self._fanned[source, port] = clock
        if begins:
            self._link(source, port, act, size)
            for one in list(fan):
                if (one.target, port) in self._fanned:
                    self._link(one.target, port, act, 0)

    def _link(self, victim: str, port: int, act: Act, size: int) -> None:
        """Look for the machine from which the victim, which fans out, has it."""
        since = self._since.get((victim, port), act.clock)
        for call in reversed(self._calls.get((victim, port), ())):
            turned = call.act.clock <= since <= call.act.clock + self._delay
            fanned = self._fanned.get((call.caller, port))
            if turned and fanned is not None and abs(fanned - call.act.clock) <= self._delay:
                alike = min(size, call.size) * self._detector.alike >= max(size, call.size) > 0
                self._denounce(call.caller, port, act, [call.act], alike=alike)
                fan = [one for one in self._fans.latest((victim, port), act.clock) if one is not act]
                self._denounce(victim, port, act, fan, alike=alike)
                return

    def _denounce(self, source: str, port: int, act: Act, before: list[Act], *, alike: bool) -> None:
        run = self._runs.live(source, act.clock)
        if run is None:
            if self._runs.full(source):
                return
            run = self._runs.open(source, act, before)
        run.facts[f"port {port}"] |= 1
        run.facts["alike"] |= int(alike)

    def _say(self, run: Run) -> Finding:
        port = next(name.removeprefix("port ") for name in run.facts if name.startswith("port "))
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.85 if run.facts["alike"] else 0.75,
            (
                say("{source} is part of an attack that goes from machine to machine", source=run.source),
                say("{what} {usual}", what=_what(port, alike=bool(run.facts["alike"])), usual=_USUAL),
            ),
        )


_NOTES = {port: say("first call on port {port}", port=str(port)) for port in SERVICES}
"""Made once: there are as many first calls as pairs of machines."""

_USUAL = say("A machine that only answered on a service does not suddenly call others on it.")


def _what(port: str, *, alike: bool) -> Sentence:
    if alike:
        return say(
            "On port {port}, a machine called many new ones, and one of those then called many others, sending "
            "as much.",
            port=port,
        )
    return say("On port {port}, a machine called many new ones, and one of those then called many others.", port=port)


def _bounded(memory: dict[tuple[str, int], Any]) -> None:
    """Make room: what was met first goes first, whatever the batches."""
    if len(memory) >= 4 * KEYS:
        del memory[next(iter(memory))]


DETECTOR = FanOut()
