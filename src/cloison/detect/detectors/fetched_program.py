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

_PACKAGE = (
    r"(?i)\.(?:cab|msp|msu|psf|appx|msix|esd|nupkg|crx|zip|bin|dat|pkg|xpi|vdm|def|upd|patch|exe_|dl_)(?:$|[?;#&])"
)
"""Files in which makers publish updates, some of which begin as programs do."""

MINUTE = 60_000_000
"""Microseconds: between a request and the first bytes of its answer."""

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
    recognised by its content, coming from an address that the host called by its number within the hour. Less
    convincing: a program from outside whose request, under a name, does not say that it asks for one. A page's own
    scripts (".js") count only for scripting clients.

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
    """Nameless addresses that each host asked, who fetched from where, requests and programs of the last minute."""

    def __init__(self, detector: FetchedProgram, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._asked: dict[tuple[str, str], int] = {}
        self._fetchers: dict[str, set[str]] = {}
        self._requests, self._waiting = pl.DataFrame(schema=_LATEST), pl.DataFrame(schema=_LATEST)
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        readers = ((Kind.HTTP, _requests), (Kind.FILE, _programs))
        rows = pl.concat(
            reader(tables[kind]).with_columns(kind=pl.lit(place, pl.Int8()))
            for place, (kind, reader) in enumerate(readers)
            if kind in tables
        )
        acts = [((*row[:1], *row[2:4], row[-1]), dict(zip(rows.columns, row, strict=True))) for row in rows.iter_rows()]
        for _, row in sorted([*acts, *self._matches(tables)], key=_when):
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
        disguised = row.get("disguised", False)
        came = (
            row["program"] and not disguised and row["clock"] - self._asked.get(pair, row["clock"] - 2 * HOUR) <= HOUR
        )
        if not (row["convinces"] or came or disguised) or self._explained(*pair):
            return
        act = _act(row)
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(row["src"]):
            run = self._runs.open(row["src"], act, ())
        else:
            return
        run.facts["named"] |= disguised
        run.facts["bare"] |= not disguised
        run.facts["seen"] |= bool(came)
        run.facts["outside"] |= row["outside"]

    def _matches(self, tables: Mapping[Kind, pl.DataFrame]) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        """Bring programs from outside and the requests that they answer together: either may be known first.

        Returns:
            When the second became known, and the program under its request's name.
        """
        asked = _asked_outside(tables[Kind.HTTP]) if Kind.HTTP in tables else self._requests.clear()
        came = _came_from_outside(tables[Kind.FILE]) if Kind.FILE in tables else self._waiting.clear()
        if asked.is_empty() and came.is_empty():
            return []
        known = pl.concat([self._requests, self._waiting]).with_columns(new=False)
        rows = pl.concat([known, pl.concat([asked, came]).with_columns(new=True)])
        pairs = pl.concat([came, self._waiting]).select("src", "dst").unique()
        late = rows["clock"].max() - MINUTE  # type: ignore[operator]  # there is a row
        self._requests = pl.concat([self._requests, asked]).filter(pl.col("clock") >= late)
        self._waiting = pl.concat([self._waiting, came]).filter(pl.col("clock") >= late)
        if pairs.is_empty():
            return []
        rows = rows.join(pairs, on=["src", "dst"], how="semi")
        latest: dict[tuple[str, str, bool], dict[str, Any]] = {}
        found: list[tuple[tuple[int, ...], dict[str, Any]]] = []
        for row in rows.sort("clock", "origin", "record", "program").iter_rows(named=True):
            latest[row["src"], row["dst"], row["program"]] = row
            other = latest.get((row["src"], row["dst"], not row["program"]))
            if not row["new"] or other is None or row["clock"] - other["clock"] > MINUTE:
                continue
            request, program = (other, row) if row["program"] else (row, other)
            if request["disguised"] and request["began"] <= program["began"] <= request["began"] + MINUTE:
                place = (row["clock"], row["origin"], row["record"], len(Kind))
                told = {"clock": row["clock"], "path": request["path"], "disguised": True}
                found.append((place, {**program, **told, "bare": False, "convinces": False}))
        return found

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
        if run.facts["named"] and not run.facts["bare"]:
            confidence = 0.5
            what = say("What came is a program, though the request did not say so.")
        elif run.facts["seen"]:
            what = say("What came is a program, from an address called by its number.")
        else:
            what = say("It asked for a file that runs, by an address without a name or through a script.")
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


def _when(found: tuple[tuple[int, ...], dict[str, Any]]) -> tuple[int, ...]:
    return found[0]


_LATEST = {
    "clock": pl.Int64(),
    "began": pl.Int64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
    "src": pl.String(),
    "dst": pl.String(),
    "path": pl.String(),
    "program": pl.Boolean(),
    "disguised": pl.Boolean(),
    "outside": pl.Boolean(),
}


def _asked_outside(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the requests to addresses outside; disguised: the path says neither program nor package."""
    says = pl.col("path").str.contains(_PROGRAM) | pl.col("path").str.contains(_PACKAGE)
    told = {"program": pl.lit(value=False), "outside": pl.lit(value=True), "disguised": ~says.fill_null(value=True)}
    asked = pl.col("src_inside") & pl.col("dst_outside") & ~nameless()
    return rows.filter(asked).with_columns(**told).select(*_LATEST)


def _came_from_outside(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the programs that came over HTTP from outside, with the host that got them as source."""
    got = (pl.col("protocol") == "http") & pl.col("mime").is_in(_MIMES) & pl.col("dst_inside") & ~pl.col("src_inside")
    told = {"program": pl.lit(value=True), "outside": pl.lit(value=True), "disguised": pl.lit(value=False)}
    turned = rows.filter(got).rename({"src": "dst", "dst": "src"})
    return turned.with_columns(**told, path=pl.coalesce("name", pl.lit(""))).select(*_LATEST)


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
