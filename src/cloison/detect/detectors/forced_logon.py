"""A host that makes a server log on to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Run
from cloison.detect.signs import Sign, SignWatch
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

_FORCED = "T1187"
_CALLS: Mapping[str, str] = {
    "netdfs netrdfsaddstdroot": "namespace",
    "netdfs netrdfsremovestdroot": "namespace",
    "fileservervssagent ispathsupported": "shadow",
    "fileservervssagent ispathshadowcopied": "shadow",
    "fileservervssagent opnum 8": "shadow",
    "fileservervssagent opnum 9": "shadow",
    "spoolss rpcremotefindfirstprinterchangenotification": "printer",
    "spoolss rpcremotefindfirstprinterchangenotificationex": "printer",
    "spoolss rpcremotefindfirstprinterchangenotify": "printer",
    "spoolss rpcremotefindfirstprinterchangenotifyex": "printer",
}
"""Endpoint and operation -> sign, besides all of efsrpc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedLogon:
    """Calls by which a server is told to open a file or a pipe elsewhere, and so to prove itself there.

    An intruder relays that proof, or cracks it. Encrypted files managed from afar ([MS-EFSR], "PetitPotam"), roots
    of file spaces changed ([MS-DFSNM], "DFSCoerce"), shadow copies asked for ([MS-FSRVP], "ShadowCoerce"): rare at
    all times. Notices of printers' changes ([MS-RPRN], "PrinterBug") are what print clients ask of print servers: they
    count less, and not on a server of which `popular` hosts ask the same.

    Source: ATT&CK T1187; Schroeder, Christensen, "The unintended risks of trusting Active Directory", 2018.

    Attributes:
        window: see `SignDetector`.
        memory: days after which the same call between the same two machines is new again.
        popular: hosts from which a call is a server's ordinary use.
    """

    name: ClassVar[str] = "forced-logon"
    technique: ClassVar[Technique] = Technique(_FORCED)
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.RPC: ("endpoint", "operation")}
    key: ClassVar[str] = NETWORK
    signs: ClassVar[Mapping[str, Sign]] = {
        "files": Sign(technique=_FORCED, confidence=0.6, note=say("call on encrypted files (EFS)")),
        "namespace": Sign(technique=_FORCED, confidence=0.6, note=say("call on the root of a file space (DFS)")),
        "shadow": Sign(technique=_FORCED, confidence=0.4, note=say("call on shadow copies of a share (FSRVP)")),
        "printer": Sign(technique=_FORCED, confidence=0.3, note=say("notice of a printer's changes asked for")),
    }

    window: timedelta = timedelta(hours=1)
    memory: int = 30
    popular: int = 3

    def watch(self, context: Context) -> SignWatch:
        """Begin to watch."""
        return SignWatch(self, context)

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """See `SignDetector.rows`."""
        call = pl.concat_str("endpoint", "operation", separator=" ").str.to_lowercase()
        sign = (
            pl.when(pl.col("endpoint").str.to_lowercase().is_in(["efsrpc", "efs"]))
            .then(pl.lit("files"))
            .otherwise(call.replace_strict(_CALLS, default=None, return_dtype=pl.String()))
        )
        return [tables[Kind.RPC].lazy().with_columns(sign=sign).drop_nulls("sign")]

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """See `SignDetector.words`."""
        target = next(iter(run.targets))
        return (
            say("{source} may be forcing {target} to log on elsewhere", source=run.source, target=target),
            say(
                "{what}: a server that obeys proves itself to whoever listens. Few machines ever ask for this.",
                what=strongest.note,
            ),
        )

    def excuses(self, run: Run, roles: Roles) -> bool:
        """See `SignDetector.excuses`."""
        return roles.role(run.source) in {"vulnerability-scanner", "backup-server", "domain-controller"}


DETECTOR = ForcedLogon()
