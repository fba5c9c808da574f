"""A machine that touches a decoy, which nobody has any reason to touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

CANARY = "canary"
"""The role, in the map, of a machine or a share that serves nobody."""

_ACT = ("clock", "began", "origin", "record", "src", "dst", "dst_port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    r"""Any contact with an asset whose role in the map is `canary`.

    A canary with addresses is a machine: every call to it counts, answered or not. One whose name ends with a share,
    `\\server\share`, is that share, and mapping it or opening a file on it counts. Hosts whose work is to look at
    every machine (`monitoring-server`, `vulnerability-scanner`) are excused.

    Source: Spitzner, "Honeypots: catching the insider threat", ACSAC 2003; MITRE D3FEND D3-DE. ATT&CK T1018: who
    calls a decoy has found it by looking around.

    Attributes:
        confidence: a decoy is called by mistake now and then (a typing error, a new inventory tool).
    """

    name: ClassVar[str] = "canary"
    technique: ClassVar[Technique] = Technique("T1018")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port",),
        Kind.SMB: ("dst_port", "share"),
    }
    key: ClassVar[str] = "src"

    confidence: float = 0.9

    def watch(self, context: Context) -> "CanaryWatch | None":
        """Begin to watch, if the map has a canary."""
        decoys = [asset for asset in (context.hospital.assets if context.hospital else ()) if asset.role == CANARY]
        return CanaryWatch(self, context) if decoys else None


class CanaryWatch:
    """The decoys, and who has touched one."""

    def __init__(self, detector: Canary, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        decoys = [asset for asset in (context.hospital.assets if context.hospital else ()) if asset.role == CANARY]
        self._addresses = sorted({str(address) for decoy in decoys for address in decoy.addresses})
        self._shares = sorted({_share(decoy.name) for decoy in decoys if "\\" in decoy.name})
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        touched = {
            Kind.FLOW: pl.col("dst").is_in(self._addresses) & ~pl.col("src").is_in(self._addresses),
            Kind.SMB: pl.col("share").str.extract(r"([^\\]+)$").str.to_lowercase().is_in(self._shares)
            if self._shares
            else pl.lit(value=False),
        }
        parts = [
            tables[kind].filter(condition & pl.col("src_inside")).select(*_ACT, kind=pl.lit(place))
            for place, (kind, condition) in enumerate(touched.items())
            if kind in tables
        ]
        for row in pl.concat(parts).sort("clock", "origin", "record", "kind").iter_rows(named=True):
            source = row["src"]
            if self._roles.looks(source):
                continue
            run = self._runs.live(source, row["clock"])
            if run is not None:
                run.add(_act(row))
            elif not self._runs.full(source):
                self._runs.open(source, _act(row), ())

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            self._detector.confidence,
            (
                say("{source} touched a decoy", source=run.source),
                say(
                    "{what} {usual}",
                    what=say_many(
                        "It called a decoy of the map {n} time.", "It called decoys of the map {n} times.", run.acts
                    ),
                    usual=say("A decoy serves nobody: no machine has a reason to call it."),
                ),
            ),
        )


def _share(name: str) -> str:
    return name.rstrip("\\").rpartition("\\")[2].lower()


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("decoy {target} called, port {port}", target=row["dst"], port=str(row["dst_port"] or "?")),
    )


DETECTOR = Canary()
