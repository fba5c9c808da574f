"""A host that takes the secrets of the directory, or of another machine, over the network."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Run, moment
from cloison.detect.signs import Sign, SignWatch
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

_CALLS: Mapping[str, str] = {
    "drsuapi drsgetncchanges": "replication",
    "drsuapi drsreplicaadd": "replication",
    "lsarpc lsarretrieveprivatedata": "secret",
    "lsarpc lsarquerysecret": "secret",
    "winreg baseregsavekey": "hive",
    "winreg baseregsavekeyex": "hive",
}
"""Endpoint and operation -> sign."""

_KDC_PORT = 88

_FILES = r"(?i)(^|\\)(ntds\.dit|lsass[^\\]*\.dmp|(sam|security)(\.(hiv|hive|save|bak|dat))?)$"
"""Where Windows keeps its passwords, and what tools call the copies."""

_SHARE = r"(?i)(^|\\)(admin|[a-z])\$$"

_CONTROLLERS = frozenset({"domain-controller", "directory-sync"})
"""Roles that replicate the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryTheft:
    """Calls that hand over passwords, by a host that is not made for them.

    - The directory's replication ([MS-DRSR]) asked by a machine that is no domain controller: DCSync, T1003.006. A
      machine that answers Kerberos calls is a controller; one that the map says to be, or to copy the directory
      elsewhere (role `directory-sync`), too.
    - Private data of the LSA read from afar ([MS-LSAD] 3.1.4.6): service passwords, the domain's backup keys,
      T1003.004.
    - A hive of the registry saved from afar ([MS-RRP]): SAM, SYSTEM, SECURITY, T1003.002.
    - ntds.dit (T1003.003), a copy of SAM or SECURITY, or a dump of LSASS taken through an administrative share.

    One such record convicts, on the first day too: nothing ordinary does this between two machines.

    Source: ATT&CK T1003 and its sub-techniques; BZAR (MITRE, 2018) for the calls.

    Attributes:
        window: see `SignDetector`.
        memory: see `SignDetector`; a controller replicates all day, so does an intruder who comes back.
        popular: see `SignDetector`.
    """

    name: ClassVar[str] = "directory-theft"
    technique: ClassVar[Technique] = Technique("T1003")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "answered", "dst_bytes"),
        Kind.LOGON: ("protocol", "success"),
        Kind.RPC: ("endpoint", "operation"),
        Kind.SMB: ("action", "share", "name"),
    }
    key: ClassVar[str] = NETWORK
    signs: ClassVar[Mapping[str, Sign]] = {
        "replication": Sign(
            technique="T1003.006", confidence=0.8, note=say("copy of the directory's passwords asked for (DCSync)")
        ),
        "secret": Sign(technique="T1003.004", confidence=0.7, note=say("private data of the LSA read")),
        "hive": Sign(technique="T1003.002", confidence=0.7, note=say("part of the registry saved")),
        "file": Sign(technique="T1003.003", confidence=0.7, note=say("file of passwords opened")),
    }

    window: timedelta = timedelta(hours=1)
    memory: int = 0
    popular: int = 0

    def watch(self, context: Context) -> "DirectoryTheftWatch":
        """Begin to watch."""
        return DirectoryTheftWatch(self, context)

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """See `SignDetector.rows`."""
        parts = []
        if Kind.RPC in tables:
            call = pl.concat_str("endpoint", "operation", separator=" ").str.to_lowercase()
            sign = call.replace_strict(_CALLS, default=None, return_dtype=pl.String())
            parts.append(tables[Kind.RPC].lazy().with_columns(sign=sign).drop_nulls("sign"))
        if Kind.SMB in tables:
            taken = (
                pl.col("share").str.contains(_SHARE)
                & pl.col("name").str.contains(_FILES)
                & pl.col("action").is_in(["open", "read"])
            )
            parts.append(tables[Kind.SMB].lazy().filter(taken).with_columns(sign=pl.lit("file")))
        return parts

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """See `SignDetector.words`."""
        target = next(iter(run.targets))
        return (
            say("{source} takes passwords from {target} over the network", source=run.source, target=target),
            say("{what}. {usual}", what=strongest.note, usual=_CONTROLLERS_ONLY)
            if strongest.technique == "T1003.006"
            else say("{what}. {usual}", what=strongest.note, usual=_NOBODY),
        )

    def excuses(self, run: Run, roles: Roles) -> bool:
        """See `SignDetector.excuses`."""
        return roles.role(run.source) in _CONTROLLERS and not any(
            run.facts[sign] for sign in self.signs if sign != "replication"
        )


class DirectoryTheftWatch:
    """The signs, and since when machines are known to answer as controllers: at most `CONTROLLERS` of them."""

    def __init__(self, detector: DirectoryTheft, context: Context) -> None:
        self._signs = SignWatch(detector, context)
        self._controllers: dict[str, int] = {}

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        answering = []
        if Kind.FLOW in tables:
            kdc = (pl.col("dst_port") == _KDC_PORT) & pl.col("answered") & (pl.col("dst_bytes") > 0)
            answering.append(
                tables[Kind.FLOW].lazy().filter(pl.col("new_today") & kdc).select("dst", "clock").collect()
            )
        if Kind.LOGON in tables:
            kdc = (pl.col("protocol") == "kerberos") & pl.col("success").is_not_null()
            answering.append(tables[Kind.LOGON].lazy().filter(kdc).select("dst", "clock").collect())
        for table in answering:
            for host, clock in table.unique("dst", keep="first", maintain_order=True).iter_rows():
                if host in self._controllers or len(self._controllers) < CONTROLLERS:
                    self._controllers[host] = min(clock, self._controllers.get(host, clock))
        self._signs.step({kind: rows for kind, rows in tables.items() if kind in {Kind.RPC, Kind.SMB}})

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        found = [(one, self._known_since(one)) for one in self._signs.findings()]
        return [
            one if known is None else replace(one, confidence=LATE, explanation=_late(one))
            for one, known in found
            if known is None or known > one.detected_at
        ]

    def _known_since(self, finding: Finding) -> datetime | None:
        """Tell since when who asked for a replication is known for a controller."""
        clock = self._controllers.get(finding.sources[0])
        return moment(clock) if clock is not None and finding.technique == "T1003.006" else None


def _late(finding: Finding) -> Sentence:
    # What was told live cannot be taken back: it is put right.
    return say(
        "{what} Since then it has answered as a domain controller: most likely it is one.", what=finding.explanation
    )


LATE = 0.1
"""Confidence when the machine turns out to answer as a controller: an intruder's machine hardly ever does."""

_CONTROLLERS_ONLY = say("Only domain controllers ask each other for this, and it is not known as one.")
_NOBODY = say("No ordinary work does this from another machine.")

CONTROLLERS = 1024
"""A group of hospitals has tens."""

DETECTOR = DirectoryTheft()
