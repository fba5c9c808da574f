"""A remote desktop that a program drives: sessions all alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import KEYS, microseconds
from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

_PORTS = (3389, 5900, 5901)
_SERVICES = ("rdp", "rfb")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedDesktop:
    """`sessions` sessions on the desktop of one machine within `window`, of one length and one size.

    People work on remote desktops, and no two of their sessions are alike. Sessions whose length, bytes sent and bytes
    received all lie within `alike` of each other are driven by a program: attempts at a flaw, passwords tried one by
    one with the whole exchange, a script. Shorter exchanges than `least` bytes either way are `guessing`'s, or those of
    a supervisor that only knocks.

    Source: Vizváry and Vykopal, "Flow-based detection of RDP brute-force attacks", 2013, and Hofstede et al., "SSH
    compromise detection using NetFlow/IPFIX", CCR 2014, for flat traffic as the mark of programs. ATT&CK T1021.001.

    Attributes:
        alike: largest over smallest.
    """

    name: ClassVar[str] = "scripted-desktop"
    technique: ClassVar[Technique] = Technique("T1021.001")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "service", "src_bytes", "dst_bytes", "answered")
    }
    key: ClassVar[str] = "src"

    sessions: int = 4
    window: timedelta = timedelta(hours=1)
    alike: float = 1.1
    least: int = 2048

    def watch(self, context: Context) -> "ScriptedDesktopWatch":
        """Begin to watch."""
        return ScriptedDesktopWatch(self, context)


@dataclass(frozen=True, slots=True)
class _Session:
    """One session: bytes sent, bytes received, microseconds."""

    act: Act
    sizes: tuple[int, int, int]


class ScriptedDesktopWatch:
    """The latest sessions of each pair of machines: about 400 bytes each, `sessions` for each of `KEYS` pairs."""

    def __init__(self, detector: ScriptedDesktop, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._latest: dict[tuple[str, str], list[_Session]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        desktop = pl.col("dst_port").is_in(_PORTS) | pl.col("service").is_in(_SERVICES).fill_null(value=False)
        whole = (pl.col("src_bytes") >= self._detector.least) & (pl.col("dst_bytes") >= self._detector.least)
        taken = (pl.col("proto") == "tcp") & pl.col("answered") & (pl.col("src_key") != pl.col("dst_key"))
        for row in tables[Kind.FLOW].filter(desktop & whole & taken & pl.col("dst_inside")).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._roles.looks(run.source)]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, target = str(row["src"]), str(row["dst"])
        sizes = (row["src_bytes"], row["dst_bytes"], row["clock"] - row["began"])
        note = say("session of {sent} bytes sent and {got} received", sent=sizes[0], got=sizes[1])
        act = Act(row["clock"], row["began"], row["origin"], row["record"], target, note)
        latest = self._latest.pop((source, target), [])
        if len(self._latest) >= KEYS:
            del self._latest[next(iter(self._latest))]
        latest = [*latest, _Session(act, sizes)][-self._detector.sessions :]
        self._latest[source, target] = latest
        if not self._flat(latest):
            return
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(source):
            self._runs.open(source, act, [one.act for one in latest[:-1]])

    def _flat(self, latest: Sequence[_Session]) -> bool:
        """Tell whether there are enough sessions, close enough together, and all alike."""
        if len(latest) < self._detector.sessions:
            return False
        if latest[-1].act.clock - latest[0].act.clock > microseconds(self._detector.window):
            return False
        sides = zip(*(one.sizes for one in latest), strict=True)
        return all(max(side) <= self._detector.alike * min(side) for side in sides)

    def _say(self, run: Run) -> Finding:
        target = next(iter(run.targets))
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.45,
            (
                say("{source} opens the desktop of {target} as a program does", source=run.source, target=target),
                say(
                    "{n} sessions close together had the same length and the same size. No person works so: it is a "
                    "script, passwords tried one by one, or attempts at a flaw.",
                    n=run.acts,
                ),
            ),
        )


DETECTOR = ScriptedDesktop()
