"""A host that fetches a program in clear from an address without a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.channel_clues import nameless, ours
from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

HOUR = 3_600_000_000
"""Microseconds: what was asked, and the file that came, belong together within it."""

ASKED = 1 << 14
"""Nameless addresses remembered, by host; the one met first goes first."""

_PROGRAM = (
    r"(?i)\.(?:exe|dll|scr|com|cpl|ocx|sys|ps1|psm1|hta|vbs|vbe|js|jse|wsf|sct|bat|cmd|msi|jar|elf|sh)(?:$|[?;#&])"
)
"""Files that run, by the end of their name (ATT&CK T1059, T1204.002)."""

_SCRIPTED = r"(?i)powershell|certutil|bitsadmin|^curl/|^wget/|^python|^go-http|^winhttp|^microsoft office|^vbscript"
"""Programs that fetch for a script (ATT&CK T1105, procedures)."""

_MIMES = (
    "application/x-dosexec",
    "application/x-executable",
    "application/x-msdownload",
    "application/x-mach-o-executable",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedProgram:
    """Programs that come in clear from where no maker publishes.

    Makers publish programs under a name and, for years now, encrypted. An intruder's next tool comes from an address
    called by its number, or is fetched by a script. Convincing: a request whose path ends as a program's name, to an
    address called by its number, or by a scripting client under any name when what comes is answered; or a program
    recognised by its content, coming from an address that the host called by its number within the hour. A page's
    own scripts (".js") count only for scripting clients.

    Source: ATT&CK T1105; Kwon et al., "The dropper effect", CCS 2015 (most malicious downloads skip named, signed
    sources).
    """

    name: ClassVar[str] = "fetched-program"
    technique: ClassVar[Technique] = Technique("T1105")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.HTTP: ("dst_port", "host", "path", "user_agent", "status"),
        Kind.FILE: ("protocol", "mime", "name"),
    }
    key: ClassVar[str] = NETWORK

    popular_hosts: int = 5

    def watch(self, context: Context) -> "FetchedProgramWatch":
        """Begin to watch."""
        return FetchedProgramWatch(self, context)


class FetchedProgramWatch:
    """Nameless addresses that each host asked, and who fetched from where."""

    def __init__(self, detector: FetchedProgram, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._asked: dict[tuple[str, str], int] = {}
        self._fetchers: dict[str, set[str]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        readers = ((Kind.HTTP, _requests), (Kind.FILE, _programs))
        rows = pl.concat(
            reader(tables[kind]).with_columns(kind=pl.lit(place, pl.Int8()))
            for place, (kind, reader) in enumerate(readers)
            if kind in tables
        )
        for row in rows.sort("clock", "origin", "record", "kind", maintain_order=True).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        pair = row["src"], row["dst"]
        if row["bare"]:
            self._asked.pop(pair, None)
            if len(self._asked) >= ASKED:
                del self._asked[next(iter(self._asked))]
            self._asked[pair] = row["clock"]
        came = row["program"] and row["clock"] - self._asked.get(pair, row["clock"] - 2 * HOUR) <= HOUR
        if not (row["convinces"] or came) or self._explained(*pair):
            return
        act = _act(row)
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(row["src"]):
            run = self._runs.open(row["src"], act, ())
        else:
            return
        run.facts["seen"] |= bool(came)
        run.facts["outside"] |= row["outside"]

    def _explained(self, source: str, target: str) -> bool:
        fetchers = self._fetchers.setdefault(target, set())
        if len(fetchers) < self._detector.popular_hosts:
            fetchers.add(source)
            if len(self._fetchers) > ASKED:
                del self._fetchers[next(iter(self._fetchers))]
        known = self._roles.role(target) in {"deployment-server", "update-server"}
        return known or len(fetchers) >= self._detector.popular_hosts or self._roles.supplied(source, target)

    def _say(self, run: Run) -> Finding:
        confidence = (0.55 if run.facts["outside"] else 0.45) + (0.1 if run.facts["seen"] else 0.0)
        what = (
            say("What came is a program, from an address called by its number.")
            if run.facts["seen"]
            else say("It asked for a file that runs, by an address without a name or through a script.")
        )
        usual = say("Makers publish their programs under a name, and encrypted.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} fetched a program from an unlikely place", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "path", "bare", "program", "convinces", "outside")


def _requests(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the requests to nameless addresses, and those that convince."""
    bare = nameless()
    scripted = pl.col("user_agent").str.contains(_SCRIPTED).fill_null(value=False)
    script = pl.col("path").str.contains(r"(?i)\.jse?(?:$|[?;#&])")
    runs = pl.col("path").str.contains(_PROGRAM).fill_null(value=False)
    answered = pl.col("status").is_null() | pl.col("status").is_between(200, 299)
    return (
        ours(rows)
        .with_columns(bare=bare, program=pl.lit(value=False), outside=pl.col("dst_outside"))
        .with_columns(convinces=answered & runs & (scripted | (pl.col("bare") & ~script)))
        .filter(pl.col("bare") | pl.col("convinces"))
        .select(_COLUMNS)
        .collect()
    )


def _programs(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the programs that came over HTTP: their sender is the address that was asked."""
    return (
        rows.lazy()
        .filter((pl.col("protocol") == "http") & pl.col("mime").is_in(_MIMES) & pl.col("dst_inside"))
        .select(
            "clock",
            "began",
            "origin",
            "record",
            src=pl.col("dst"),
            dst=pl.col("src"),
            path=pl.coalesce("name", pl.lit("")),
            bare=pl.lit(value=False),
            program=pl.lit(value=True),
            convinces=pl.lit(value=False),
            outside=~pl.col("src_inside"),
        )
        .select(_COLUMNS)
        .collect()
    )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("{path} from {target}", path=(row["path"] or "?")[:80], target=row["dst"]),
    )


DETECTOR = FetchedProgram()
