"""A host that asks for one nonsense domain after another, and finds none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.domains import asked
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

HOUR = 3_600_000_000
"""Microseconds."""

ASKERS = 1 << 14
"""Hosts remembered; the one met first goes first."""

DOMAINS = 1024
"""Domains counted for a host in an hour."""

_PAIRS = (
    "an ar as at au av ay ac ad ag ai al am ap ba be bi bl bo br bu ca ce ch ci ck cl co cr ct cu da de di do dr du "
    "ea ec ed ee el em en ep er es et eu ev ex fa fe fi fl fo fr ga ge gi gn go gr gu ha he hi ho hu ia ib ic id ie "
    "ig ik il im in io ip iq ir is it iv ja je jo ke ki la le li ll lo lt lu ly ma mb me mi mm mo mp mu na nc nd ne "
    "nf ng ni nn no ns nt nu oc od og oi ok ol om on oo op or os ot ou ov ow pa pe ph pi pl po pp pr pt pu qu ra rc "
    "rd re ri rk rl rm rn ro rr rs rt ru sa sc se sh si sk so sp ss st su ta te th ti to tr ts tt tu ty ub uc ud ue "
    "ui ul um un up ur us ut va ve vi vo vr we wi wo ye"
)
"""Pairs of letters that make most of French and English words, those of this project's own texts among them."""

_PAIR = rf"(?:{'|'.join(_PAIRS.split())})"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedNames:
    """Registered domains that do not exist, and that no person would have chosen.

    A program whose master moves computes many names each day and asks for them until one exists. For each host and
    hour, different registered domains answered "no such name" are counted when the label before the top-level domain
    has `length` characters at least and fewer than `spoken` of its pairs of neighbours are pairs usual in words: even
    chance gives a quarter, words three quarters. The detector is convinced by `names` of them, when the hour's other
    domains that do not exist are fewer: a broken resolver fails on good names too.

    Names of one domain count once, so that search suffixes, misspelt hosts of the place, browsers' probes
    (single labels), mail block lists and antivirus lookups stay quiet.

    Source: Antonakakis et al., "From throw-away traffic to bots: detecting the rise of DGA-based malware", USENIX
    Security 2012 (Pleiades); Schüppen et al., FANCI, USENIX Security 2018. ATT&CK T1568.002.
    """

    name: ClassVar[str] = "generated-names"
    technique: ClassVar[Technique] = Technique("T1568.002")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.DNS: ("dst_port", "query", "code")}
    key: ClassVar[str] = "src"

    names: int = 12
    length: int = 7
    spoken: float = 0.5

    def watch(self, context: Context) -> "GeneratedNamesWatch":
        """Begin to watch."""
        return GeneratedNamesWatch(self, context)


@dataclass(slots=True)
class _Asker:
    """What a host asked in vain in the present hour."""

    hour: int
    domains: set[str] = field(default_factory=set)
    nonsense: int = 0
    acts: list[Act] = field(default_factory=list)


class GeneratedNamesWatch:
    """Domains that did not exist, of the hour, by host."""

    def __init__(self, detector: GeneratedNames, _: Context) -> None:
        self._detector = detector
        self._askers: dict[str, _Asker] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        label = pl.col("domain").str.extract(r"^([^.]+)", 1)
        rows = (
            asked(tables[Kind.DNS])
            .filter((pl.col("code") == "NXDOMAIN") & (pl.col("domain") != ""))
            .with_columns(hour=pl.col("clock") // HOUR)
            .unique(["src", "domain", "hour"], keep="first", maintain_order=True)
            .with_columns(label=label, nonsense=self._nonsense(label))
            .collect()
        )
        for row in rows.iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _nonsense(self, label: pl.Expr) -> pl.Expr:
        size = label.str.len_chars().cast(pl.Int64())
        # Pairs overlap: those that begin at even places, then those that begin at odd ones.
        even = label.str.replace_all(r"(..)", "$1 ").str.count_matches(rf"\b{_PAIR}\b")
        odd = label.str.slice(1).str.replace_all(r"(..)", "$1 ").str.count_matches(rf"\b{_PAIR}\b")
        usual = (even + odd).cast(pl.Int64())
        return (size >= self._detector.length) & (usual < (size - 1) * self._detector.spoken)

    def _take(self, row: Mapping[str, Any]) -> None:
        asker = self._askers.get(row["src"])
        if asker is None or asker.hour != row["hour"]:
            self._askers.pop(row["src"], None)
            if len(self._askers) >= ASKERS:
                del self._askers[next(iter(self._askers))]
            asker = self._askers[row["src"]] = _Asker(row["hour"])
        if row["domain"] in asker.domains or len(asker.domains) >= DOMAINS:
            return
        asker.domains.add(row["domain"])
        if not row["nonsense"]:
            return
        asker.nonsense += 1
        act = _act(row)
        convinced = asker.nonsense >= self._detector.names and 2 * asker.nonsense > len(asker.domains)
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif convinced and not self._runs.full(row["src"]):
            self._runs.open(row["src"], act, asker.acts)
        elif len(asker.acts) < EVIDENCE:
            asker.acts.append(act)

    def _say(self, run: Run) -> Finding:
        what = say_many(
            "It asked for {n} domain that does not exist and that nobody would choose.",
            "It asked for {n} domains that do not exist and that nobody would choose.",
            run.acts,
        )
        usual = say(
            "A person mistypes one name now and then; a program computes them, until one of its master's answers."
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            min(0.9, 0.6 + 0.01 * (run.acts - self._detector.names)),
            (
                say("{source} tries one nonsense internet name after another", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("{name} does not exist", name=row["query"][:80]),
    )


DETECTOR = GeneratedNames()
