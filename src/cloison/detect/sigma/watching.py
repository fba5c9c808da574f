"""Follow rules over a stream: what matched becomes behaviours, and these findings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cloison.detect.detector import Rebuilt
from cloison.detect.run import moment
from cloison.detect.sigma.behaviours import SLOT, Behaviour, Computer, Pulse, confidence_of
from cloison.detect.sigma.correlation import Threads, fields_of, joined_by
from cloison.detect.sigma.ends import told
from cloison.detect.sigma.matching import Matcher
from cloison.detect.sigma.opening import fields_of_event
from cloison.detect.sigma.predicates import asked_fields
from cloison.detect.sigma.techniques import barrier_of, chief_technique
from cloison.model.finding import Evidence, Finding, Technique, finding_id
from cloison.model.observations import Kind
from cloison.model.rules import Correlation, Level, Rule, RuleSet
from cloison.words import Sentence, catalogued, say, say_many, verbatim

COMPUTERS = 32_768
"""Machines followed; those that appear later are left out."""

LEVELS: Mapping[int, Sentence] = {
    Level.INFORMATIONAL.rank: say("informational"),
    Level.LOW.rank: say("low"),
    Level.MEDIUM.rank: say("medium"),
    Level.HIGH.rank: say("high"),
    Level.CRITICAL.rank: say("critical"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTunables:
    """How levels count.

    Attributes:
        critical: chance that a match of such a rule is hostile; the four below alike.
        alone: the least grave level that is told without support.
        supports: the least grave level that supports rules of other techniques.
        support: share of the remaining doubt that such support takes away.
        window_minutes: rules within this time support each other.
        noise_share: share of a machine's records from which a rule is its ordinary work,
        noise_matches: when it matched more records than this,
        noise_hours: spread over this time at least. An attack is a burst; habits last.
    """

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
        self.titles = {
            id_: catalogued(one.title) if one.shipped else verbatim(one.title) for id_, one in self.by_id.items()
        }

    def fields(self, rule: str) -> tuple[str, ...]:
        """Give the names of the fields that a rule looks at, the record's names included."""
        one = self.by_id[rule]
        if isinstance(one, Correlation):
            return (*one.group_by, *((one.field,) if one.field else ()))
        aliases = {name: there for place in one.places for name, there in place.names}
        every = (there for name in asked_fields(one.condition) for there in (name, *aliases.get(name, ())))
        return tuple(dict.fromkeys(name for name in every if name))


class RulesWatch:
    """Every machine whose records matched: a few hundred bytes for each rule that did, at most 32,768 machines.

    A subclass says whose each record is, and who acted on whom.
    """

    def __init__(self, detector: str, tunables: RuleTunables, book: Book) -> None:
        self._detector = detector
        self._tunables = tunables
        self._book = book
        self._computers: dict[str, Computer] = {}
        self._threads = Threads()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """Take the next records; each kind is followed by itself, so that how they come mixed does not matter."""
        for kind in sorted(tables):
            if self._book.matcher.speaks_of(kind):
                self._take(kind, self.owned(kind, tables[kind]))

    def owned(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the column owner: the machine whose record it is, and the kind where there are several; drop nobody's."""
        raise NotImplementedError

    def ends(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the columns actor and target, and data: the record's fields as a JSON object."""
        raise NotImplementedError

    def name_of(self, owner: str) -> str:
        """Give the machine's name."""
        raise NotImplementedError

    def _take(self, kind: Kind, rows: pl.DataFrame) -> None:
        self._count(rows)
        matched = self._book.matcher.matches(kind, rows)
        if matched.is_empty():
            return
        hits = rows[matched["at"]].with_columns(rule=pl.Series([self._book.rules[at].id for at in matched["rule"]]))
        hits = self.ends(kind, hits)
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
        for name, count in rows.group_by("owner", maintain_order=True).len().iter_rows():
            computer = self._computers.get(name)
            if computer is None:
                if len(self._computers) >= COMPUTERS:
                    continue
                computer = self._computers.setdefault(name, Computer())
            computer.events += count

    def _correlated(self, hits: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Give the rows at which a correlation holds, under its own id."""
        joined = hits.with_row_index("at").filter(pl.col("rule").is_in(list(self._book.joined)))
        for at, rule, clock, owner, data in joined.select("at", "rule", "clock", "owner", "data").iter_rows():
            fields = fields_of_event(data)
            for one in self._book.joined[rule]:
                values = tuple(fields.get(name, "") for name in fields_of(one, rule))
                value = values[-1] if one.field else ""
                key = (owner, *(values[:-1] if one.field else values))
                if self._threads.meet(one, rule, clock, key, value):
                    yield hits[at].with_columns(rule=pl.lit(one.id))

    def _judge(self, hits: pl.DataFrame) -> None:
        first = pl.first("clock", "began", "origin", "record", "data", "actor", "target")
        pulses = (
            hits.with_columns(slot=pl.col("clock") // SLOT)
            .sort("seq", "rule")
            .group_by("owner", "rule", "slot", maintain_order=True)
            .agg(first, records=pl.len(), last=pl.last("clock"))
        )
        for row in pulses.iter_rows(named=True):
            computer = self._computers.get(row["owner"])
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

    def _finding(self, owner: str, computer: Computer, behaviour: Behaviour) -> Finding:
        chief, one = behaviour.chief, self._book.by_id[behaviour.chief.rule]
        matches = sum(computer.matches[rule] for rule in behaviour.rules)
        detected_at = moment(behaviour.fired)
        return Finding(
            id=finding_id(self._detector, f"{owner}|{chief.technique}", detected_at),
            detector=self._detector,
            technique=Technique(chief.technique),
            barrier=barrier_of(one.techniques, one.tactics),
            title=say("“{rule}” on {computer}", rule=self._book.titles[chief.rule], computer=self.name_of(owner)),
            explanation=self._explained(computer, behaviour, matches),
            confidence=round(confidence_of(behaviour, self._tunables.chances(), self._tunables.support), 3),
            sources=_acting(behaviour),
            targets=tuple(sorted(behaviour.targets)),
            first_seen=moment(behaviour.began),
            last_seen=moment(computer.end_of(behaviour)),
            detected_at=detected_at,
            evidence=tuple(self._evidence(behaviour.told())),
            also=self._also(behaviour),
        )

    def _also(self, behaviour: Behaviour) -> tuple[Technique, ...]:
        """Give the techniques that the rules are tagged with beside the chief one, the gravest rule's first."""
        rules = (behaviour.chief.rule, *behaviour.rules)
        tagged = dict.fromkeys(one for rule in rules for one in self._book.by_id[rule].techniques)
        return tuple(Technique(one) for one in tagged if one != behaviour.chief.technique)

    def _explained(self, computer: Computer, behaviour: Behaviour, matches: int) -> Sentence:
        others = len(behaviour.rules) - 1
        return say(
            "The record says: {seen}. Rule of level “{level}”, {file}{others}; {matches}.",
            seen=behaviour.chief.seen or "—",
            level=LEVELS[behaviour.chief.rank],
            file=self._book.files[behaviour.chief.rule],
            others=say_many(", and {n} other rule agrees", ", and {n} other rules agree", others) if others else "",
            matches=say_many(
                "{n} record of this machine matches, of {events}",
                "{n} records of this machine match, of {events}",
                matches,
                events=computer.events,
            ),
        )

    def _evidence(self, pulses: Iterable[Pulse]) -> Iterator[Evidence]:
        for pulse in pulses:
            title = self._book.titles[pulse.rule]
            note = say("{rule} — {seen}", rule=title, seen=pulse.seen) if pulse.seen else title
            yield Evidence(origin=pulse.origin, record=pulse.record, note=note)


def _acting(behaviour: Behaviour) -> tuple[str, ...]:
    """Give who acted: a machine that others called is only their target."""
    called = [actor for actor in behaviour.actors if actor not in behaviour.targets]
    return tuple(called or behaviour.actors)
