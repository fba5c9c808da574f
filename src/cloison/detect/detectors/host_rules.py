"""A computer whose events match rules that others wrote."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context, Rebuilt
from cloison.detect.run import moment
from cloison.detect.sigma.behaviours import SLOT, Behaviour, Computer, Pulse, confidence_of
from cloison.detect.sigma.correlation import Threads, fields_of, joined_by
from cloison.detect.sigma.ends import ends_of, told
from cloison.detect.sigma.matching import Matcher
from cloison.detect.sigma.opening import fields_of_event
from cloison.detect.sigma.predicates import asked_fields
from cloison.detect.sigma.techniques import barrier_of, chief_technique
from cloison.model.finding import Barrier, Evidence, Finding, Technique, finding_id
from cloison.model.observations import Kind
from cloison.model.rules import Correlation, Level, Rule, RuleSet
from cloison.words import Sentence, say, say_many, verbatim

COMPUTERS = 32_768
"""Computers followed; those that appear later are left out."""

LEVELS: Mapping[int, Sentence] = {
    Level.INFORMATIONAL.rank: say("informational"),
    Level.LOW.rank: say("low"),
    Level.MEDIUM.rank: say("medium"),
    Level.HIGH.rank: say("high"),
    Level.CRITICAL.rank: say("critical"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRules:
    """Rules over a host's own log: Sigma rules, those that ship and those of the folders given.

    A rule's level tells how it counts: by the specification a match of level high calls for a prompt look, one of level
    medium for a look now and then. So a medium rule is a clue (its chance is below one half) until a rule of another
    technique, medium at least, matches on the same computer within `window_minutes`; a low one stays a clue, and an
    informational one is only told beside others. Matches of one technique on one computer are one finding. A rule that
    goes on matching a sizeable share of what a computer logs, for hours, describes its ordinary work, and is dropped.

    Source: the Sigma specification 2.1 (levels); MITRE ATT&CK (tags).

    Attributes:
        critical: chance that a match of such a rule is hostile; the four below alike.
        alone: the least grave level that is told without support.
        supports: the least grave level that supports rules of other techniques.
        support: share of the remaining doubt that such support takes away.
        window_minutes: rules within this time support each other.
        noise_share: share of a computer's events from which a rule is its ordinary work,
        noise_matches: when it matched more records than this,
        noise_hours: spread over this time at least. An attack is a burst; habits last.
    """

    name: ClassVar[str] = "host-rules"
    technique: ClassVar[Technique] = Technique("T1059")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.EVENT: ("computer", "channel", "provider", "event_id", "data")
    }
    key: ClassVar[str] = "computer"

    critical: float = 0.9
    high: float = 0.75
    medium: float = 0.4
    low: float = 0.2
    informational: float = 0.1
    alone: Level = Level.LOW
    supports: Level = Level.MEDIUM
    support: float = 0.3
    window_minutes: float = 60.0
    noise_share: float = 0.01
    noise_matches: int = 50
    noise_hours: float = 3.0

    def watch(self, context: Context) -> "HostRulesWatch | None":
        """Begin to watch a stream of records; nothing to do without a rule about events."""
        book = Book(context.rules)
        return HostRulesWatch(self, book) if book.matcher.speaks_of(Kind.EVENT) else None

    def chances(self) -> Mapping[int, float]:
        """Give the chance for each level's rank."""
        return dict(enumerate((self.informational, self.low, self.medium, self.high, self.critical)))


class Book(Rebuilt):
    """The rules, prepared."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules.rules
        self.matcher = Matcher(rules.rules)
        self.joined = joined_by(rules.correlations)
        self.by_id: dict[str, Rule | Correlation] = {one.id: one for one in rules.correlations}
        self.by_id.update((one.id, one) for one in rules.rules)
        self.ranks = {id_: one.level.rank for id_, one in self.by_id.items()}
        self.techniques = {id_: chief_technique(one.techniques, one.tactics) for id_, one in self.by_id.items()}
        self.files = {id_: one.file for id_, one in self.by_id.items()}

    def fields(self, rule: str) -> tuple[str, ...]:
        """Give the names of the fields that a rule looks at, the record's names included."""
        one = self.by_id[rule]
        if isinstance(one, Correlation):
            return (*one.group_by, *((one.field,) if one.field else ()))
        aliases = {name: there for place in one.places for name, there in place.names}
        every = (there for name in asked_fields(one.condition) for there in (name, *aliases.get(name, ())))
        return tuple(dict.fromkeys(name for name in every if name))


class HostRulesWatch:
    """Every computer whose events matched: a few hundred bytes for each rule that did, at most 32,768 computers."""

    def __init__(self, tunables: HostRules, book: Book) -> None:
        self._tunables = tunables
        self._book = book
        self._computers: dict[str, Computer] = {}
        self._threads = Threads()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """Take the next events."""
        rows = tables[Kind.EVENT].filter(pl.col("computer").is_not_null() & (pl.col("computer") != ""))
        self._count(rows)
        matched = self._book.matcher.matches(Kind.EVENT, rows)
        if matched.is_empty():
            return
        hits = rows[matched["at"]].with_columns(rule=pl.Series([self._book.rules[at].id for at in matched["rule"]]))
        hits = pl.concat([hits, *self._correlated(hits)]) if self._book.joined else hits
        silent = [rule.id for rule in self._book.rules if not rule.alerts]
        self._judge(hits.filter(~pl.col("rule").is_in(silent)))

    def findings(self) -> list[Finding]:
        """Give every behaviour that convinced, habits of a computer left out."""
        return [
            self._finding(name, computer, behaviour)
            for name, computer in self._computers.items()
            for behaviour in (*computer.past, *computer.live.values())
            if not all(self._habit(computer, rule) for rule in behaviour.rules)
        ]

    def _count(self, rows: pl.DataFrame) -> None:
        for name, count in rows.group_by("computer", maintain_order=True).len().iter_rows():
            computer = self._computers.get(name)
            if computer is None:
                if len(self._computers) >= COMPUTERS:
                    continue
                computer = self._computers.setdefault(name, Computer())
            computer.events += count

    def _correlated(self, hits: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Give the rows at which a correlation holds, under its own id."""
        joined = hits.with_row_index("at").filter(pl.col("rule").is_in(list(self._book.joined)))
        for at, rule, clock, computer, data in joined.select("at", "rule", "clock", "computer", "data").iter_rows():
            fields = fields_of_event(data)
            for one in self._book.joined[rule]:
                values = tuple(fields.get(name, "") for name in fields_of(one, rule))
                value = values[-1] if one.field else ""
                key = (computer, *(values[:-1] if one.field else values))
                if self._threads.meet(one, rule, clock, key, value):
                    yield hits[at].with_columns(rule=pl.lit(one.id))

    def _judge(self, hits: pl.DataFrame) -> None:
        pulses = (
            hits.with_columns(slot=pl.col("clock") // SLOT)
            .sort("seq", "rule")
            .group_by("computer", "rule", "slot", maintain_order=True)
            .agg(
                pl.first("clock", "began", "origin", "record", "event_id", "data"),
                records=pl.len(),
                last=pl.last("clock"),
            )
        )
        pulses = pulses.with_columns(*ends_of(pulses))
        for row in pulses.iter_rows(named=True):
            computer = self._computers.get(row["computer"])
            if computer is not None:
                self._meet(computer, row)

    def _meet(self, computer: Computer, row: Mapping[str, Any]) -> None:
        rule = row["rule"]
        if computer.slots.get(rule) != row["slot"]:
            computer.slots[rule] = row["slot"]
            computer.pulses[rule] += 1
            pulse = Pulse(
                rule=rule,
                rank=self._book.ranks[rule],
                technique=self._book.techniques[rule],
                clock=row["clock"],
                began=row["began"],
                origin=row["origin"],
                record=row["record"],
                actor=row["actor"],
                target=row["target"],
                seen=told(fields_of_event(row["data"]), self._book.fields(rule)),
            )
            tunables = self._tunables
            computer.take(
                pulse,
                alone=tunables.alone.rank,
                supports=tunables.supports.rank,
                window=round(tunables.window_minutes * 60_000_000),
            )
        computer.count(rule, row["records"], row["last"])

    def _habit(self, computer: Computer, rule: str) -> bool:
        matches = computer.matches[rule]
        return (
            matches > self._tunables.noise_matches
            and matches > self._tunables.noise_share * computer.events
            and computer.pulses[rule] * SLOT >= self._tunables.noise_hours * 3_600_000_000
        )

    def _finding(self, name: str, computer: Computer, behaviour: Behaviour) -> Finding:
        chief, one = behaviour.chief, self._book.by_id[behaviour.chief.rule]
        matches = sum(computer.matches[rule] for rule in behaviour.rules)
        detected_at = moment(behaviour.fired)
        return Finding(
            id=finding_id(self._tunables.name, f"{name}|{chief.technique}", detected_at),
            detector=self._tunables.name,
            technique=Technique(chief.technique),
            barrier=barrier_of(one.techniques, one.tactics),
            title=say("“{rule}” on {computer}", rule=one.title, computer=name),
            explanation=self._explained(computer, behaviour, matches),
            confidence=round(confidence_of(behaviour, self._tunables.chances(), self._tunables.support), 3),
            sources=_acting(behaviour),
            targets=tuple(sorted(behaviour.targets)),
            first_seen=moment(behaviour.began),
            last_seen=moment(computer.end_of(behaviour)),
            detected_at=detected_at,
            evidence=tuple(self._evidence(behaviour.told())),
        )

    def _explained(self, computer: Computer, behaviour: Behaviour, matches: int) -> Sentence:
        others = len(behaviour.rules) - 1
        return say(
            "The event says: {seen}. Rule of level “{level}”, {file}{others}; matched by {matches} of the {events} "
            "events that this computer logged.",
            seen=behaviour.chief.seen or "—",
            level=LEVELS[behaviour.chief.rank],
            file=self._book.files[behaviour.chief.rule],
            others=say_many(", and {n} other rule agrees", ", and {n} other rules agree", others) if others else "",
            matches=matches,
            events=computer.events,
        )

    def _evidence(self, pulses: Iterable[Pulse]) -> Iterator[Evidence]:
        for pulse in pulses:
            note = f"{self._book.by_id[pulse.rule].title}: {pulse.seen}"
            yield Evidence(origin=pulse.origin, record=pulse.record, note=verbatim(note))


def _acting(behaviour: Behaviour) -> tuple[str, ...]:
    """Give who acted: a machine that others called is only their target."""
    called = [actor for actor in behaviour.actors if actor not in behaviour.targets]
    return tuple(called or behaviour.actors)


DETECTOR = HostRules()
