"""What other tools say of a host, weighed and counted once."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.run import EVIDENCE, HOSTS, Act, Run, Runs
from cloison.detect.signatures import technique_of
from cloison.model.finding import Barrier, Finding, Technique, finding_id
from cloison.model.observations import Kind
from cloison.words import say, say_many, verbatim

SIGNATURES = 64
"""Different signatures counted for a host and technique."""

_INSIDE_OUT = ("T1071", "T1071.004", "T1041", "T1496", "T1105", "T1016", "T1568.002", "T1572", "T1573")
"""Techniques whose actor is the machine inside, whichever way the packet went."""

_NAMED = "signature "


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Alerts of Suricata and notices of Zeek, as findings of low trust.

    A signature fires on a packet and knows nothing of the network; most of what signatures say in a day is noise,
    and what remains is worth a look when another detector speaks of the same host. Categories of policy, of protocol
    oddities and of reputation lists are dropped (see `cloison.detect.signatures`), as is what is less grave than
    `severity`. One finding for each host and technique, however many signatures and packets. What comes from
    outside counts when it is of the worst severity or shows `outside_signatures` different signatures, for the internet
    knocks all day.

    Source: Suricata's classification.config for the categories; ATT&CK for their techniques.
    """

    name: ClassVar[str] = "notices"
    technique: ClassVar[Technique] = Technique("T1071")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.NOTICE: ("tool", "name", "severity", "category", "technique")
    }
    key: ClassVar[str] = NETWORK

    severity: int = 2
    outside_signatures: int = 5

    def watch(self, context: Context) -> "NoticesWatch":
        """Begin to watch."""
        return NoticesWatch(self, context)


@dataclasses.dataclass(slots=True)
class _Told:
    """What was said of a host so far, not enough to speak of it."""

    names: set[str] = dataclasses.field(default_factory=set)
    acts: list[Act] = dataclasses.field(default_factory=list)


class NoticesWatch:
    """Signatures seen, by technique and actor."""

    def __init__(self, detector: Notices, _: Context) -> None:
        self._detector = detector
        self._told: dict[tuple[str, str], _Told] = {}
        self._runs: dict[str, Runs] = {}

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        rows = (
            tables[Kind.NOTICE]
            .filter((pl.col("tool") != "zeek-weird") & (pl.col("src_inside") | pl.col("dst_inside")))
            .filter((pl.col("severity").fill_null(1) <= self._detector.severity) & pl.col("name").is_not_null())
        )
        for row in rows.iter_rows(named=True):
            outside = not row["src_inside"]
            technique = technique_of(row["name"], row["category"] or "", row["technique"], from_outside=outside)
            if technique is not None:
                self._take(row, technique)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run, technique) for technique, runs in self._runs.items() for run in runs]

    def _take(self, row: Mapping[str, Any], technique: str) -> None:
        turned = technique in _INSIDE_OUT and not row["src_inside"]
        source, target = (row["dst"], row["src"]) if turned else (row["src"], row["dst"])
        inside = row["src_inside"] or turned
        worst = row["severity"] in (None, 1)
        act = _act(row, target)
        runs = self._runs.setdefault(technique, Runs())
        run = runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        else:
            told = self._waiting(source, technique)
            told.names.add(row["name"])
            convinced = inside or worst or len(told.names) >= self._detector.outside_signatures
            if not convinced or runs.full(source):
                if len(told.acts) < EVIDENCE:
                    told.acts.append(act)
                return
            run = runs.open(source, act, told.acts)
            run.facts.update(_NAMED + name for name in told.names - {row["name"]})
            del self._told[source, technique]
        if _NAMED + row["name"] in run.facts or len(run.facts) < SIGNATURES:
            run.facts[_NAMED + row["name"]] += 1
        run.facts["inside"] |= inside
        run.facts["worst"] |= worst

    def _waiting(self, source: str, technique: str) -> _Told:
        told = self._told.get((source, technique))
        if told is None:
            if len(self._told) >= HOSTS:
                del self._told[next(iter(self._told))]
            told = self._told[source, technique] = _Told()
        return told

    def _say(self, run: Run, technique: str) -> Finding:
        names = [(-count, name.removeprefix(_NAMED)) for name, count in run.facts.items() if name.startswith(_NAMED)]
        most = min(names)[1]
        confidence = (0.3 if run.facts["worst"] else 0.15) * (1.0 if run.facts["inside"] else 0.5)
        what = say_many(
            "{n} signature of another tool speaks of it, in {records} records: “{most}”.",
            "{n} signatures of another tool speak of it, in {records} records, mostly “{most}”.",
            len(names),
            most=verbatim(most[:120]),
            records=run.acts,
        )
        usual = say("A signature alone is often wrong: believe it when something else speaks of the same machine.")
        found = run.finding(
            self._detector.name,
            self._detector.barrier,
            technique,
            min(0.4, confidence + 0.02 * (len(names) - 1)),
            (
                say("Another tool denounces {source}: {most}", source=run.source, most=verbatim(most[:80])),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )
        # One host may have several findings of one moment, one for each technique.
        return dataclasses.replace(
            found, id=finding_id(f"{self._detector.name}/{technique}", run.source, found.detected_at)
        )


def _act(row: Mapping[str, Any], target: str) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=target,
        note=verbatim(row["name"][:120]),
    )


DETECTOR = Notices()
