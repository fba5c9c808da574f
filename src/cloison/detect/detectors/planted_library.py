"""A host that puts a library among those of another machine's system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import Run
from cloison.detect.signs import Sign, SignWatch
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

_LIBRARY = r"(?i)(^|\\)(windows\\)?(system32|syswow64|system)(\\wbem)?\\[^\\]+\.(dll|cpl|ocx|tsp)$"
"""In a share of the system's disk or of ADMIN$, which is the folder Windows itself."""

_ADMIN_SHARE = r"(?i)(^|\\|/)(admin|[a-z])\$$"
_DRIVER_STORE = r"(?i)\\(driverstore|spool)\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedLibrary:
    r"""A library written or renamed into System32 of another machine, through an administrative share.

    Windows loads by name what it finds there, some services even libraries that it does not ship (wlbsctrl.dll,
    TSMSISrv.dll): a program then runs as the system without any new service. Updates and installers come as packages
    and put libraries there from within.

    Source: ATT&CK T1574.001, T1021.002, T1570.

    Attributes:
        window: see `SignDetector`.
        memory: days after which the same host doing it to the same machine is new again.
        popular: see `SignDetector`: no number of hosts makes it ordinary.
    """

    name: ClassVar[str] = "planted-library"
    technique: ClassVar[Technique] = Technique("T1574.001")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.SMB: ("action", "share", "name")}
    key: ClassVar[str] = "src"
    signs: ClassVar[Mapping[str, Sign]] = {
        "library": Sign(technique="T1574.001", confidence=0.6, note=say("library put into the system's folder")),
    }

    window: timedelta = timedelta(minutes=10)
    memory: int = 30
    popular: int = 0

    def watch(self, context: Context) -> SignWatch:
        """Begin to watch."""
        return SignWatch(self, context)

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """See `SignDetector.rows`."""
        put = pl.col("action").is_in(["write", "rename"]) & pl.col("share").str.contains(_ADMIN_SHARE)
        library = pl.col("name").str.contains(_LIBRARY) & ~pl.col("name").str.contains(_DRIVER_STORE)
        return [tables[Kind.SMB].lazy().filter(put & library).with_columns(sign=pl.lit("library"))]

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """See `SignDetector.words`."""
        target = next(iter(run.targets))
        return (
            say("{source} puts a library into the system of {target}", source=run.source, target=target),
            say(
                "{what}, through an administrative share. The system loads by name what it finds there, and runs it "
                "with all rights. Updates do not come this way.",
                what=strongest.note,
            ),
        )

    def excuses(self, run: Run, roles: Roles) -> bool:
        """See `SignDetector.excuses`."""
        return roles.role(run.source) in {"deployment-server", "update-server"}


DETECTOR = PlantedLibrary()
