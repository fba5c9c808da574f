"""What the matches of rules on one computer amount to: behaviours, one for each technique."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cloison.detect.run import EVIDENCE, QUIET_MICROSECONDS, TARGETS

SLOT = 600 * 1_000_000
"""Microseconds: matches of one rule on one computer within the same ten minutes of the clock are one pulse."""

WAITING = 64
"""Weak pulses of one computer that wait for support."""

BEHAVIOURS = 256
"""Behaviours told of one computer: ATT&CK has some 200 techniques."""

SOURCES = 16
"""Acting machines named in a finding."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A rule that matched on a computer, for the first time in ten minutes.

    Attributes:
        rule: its id.
        rank: of its level, 0 to 4.
        technique: the chief one.
        clock, began: of the record, microseconds since 1970.
        actor, target: the machines; one of them is the computer.
        seen: what the event's fields say.
    """

    rule: str
    rank: int
    technique: str
    clock: int
    began: int
    origin: int
    record: int
    actor: str
    target: str
    seen: str

    @property
    def place(self) -> tuple[int, int]:
        """Give the record that matched."""
        return self.origin, self.record


@dataclass(slots=True)
class Behaviour:
    """Rules of one technique that matched on a computer without six quiet hours.

    Attributes:
        chief: the pulse of the gravest rule, the first of its rank.
        supported: whether another technique was seen on the computer about the same time, in another record: rules
            that match one record are several opinions about one act.
        fired: clock of the record that convinced.
        last: clock of the latest pulse.
        rules: rule's id -> rank.
    """

    chief: Pulse
    fired: int
    began: int
    last: int
    supported: bool = False
    rules: dict[str, int] = field(default_factory=dict)
    actors: dict[str, None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    evidence: list[Pulse] = field(default_factory=list)

    def add(self, pulse: Pulse, fired: int) -> None:
        """Take one more pulse, known at the clock `fired`."""
        self.began = min(self.began, pulse.began)
        self.last = max(self.last, fired)
        self.rules.setdefault(pulse.rule, pulse.rank)
        if pulse.rank > self.chief.rank:
            self.chief = pulse
        if len(self.actors) < SOURCES:
            self.actors.setdefault(pulse.actor)
        if len(self.targets) < TARGETS:
            self.targets.setdefault(pulse.target)
        # The last place is kept for the chief pulse, which may come late.
        if len(self.evidence) < EVIDENCE - 1:
            self.evidence.append(pulse)

    def told(self) -> list[Pulse]:
        """Give the pulses to quote, the chief one among them."""
        return self.evidence if self.chief in self.evidence else [*self.evidence, self.chief]


@dataclass(slots=True)
class Computer:
    """What is known of one computer.

    Attributes:
        events: records it logged.
        matches: rule's id -> records that matched.
        pulses: rule's id -> how many stretches of ten minutes held a match.
        slots: rule's id -> the latest of them.
        latest: rule's id -> clock of its latest match.
        strong: latest pulses that support others, within the window: (clock, technique, record).
        waiting: weak pulses that wait for support.
        live: technique -> the behaviour that goes on.
        past: behaviours that ended.
    """

    events: int = 0
    matches: Counter[str] = field(default_factory=Counter)
    pulses: Counter[str] = field(default_factory=Counter)
    slots: dict[str, int] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    strong: deque[tuple[int, str, tuple[int, int]]] = field(default_factory=deque)
    waiting: deque[Pulse] = field(default_factory=deque)
    live: dict[str, Behaviour] = field(default_factory=dict)
    past: list[Behaviour] = field(default_factory=list)

    def count(self, rule: str, records: int, last: int) -> None:
        """Count matches of a rule, the latest at the clock `last`."""
        self.matches[rule] += records
        self.latest[rule] = max(last, self.latest.get(rule, last))

    def end_of(self, behaviour: Behaviour) -> int:
        """Give the clock of a behaviour's latest match: a pulse tells only the first of its ten minutes."""
        latest = [self.latest[rule] for rule in behaviour.rules if rule in self.latest]
        return max([behaviour.last, *(clock for clock in latest if clock <= behaviour.last + SLOT)])

    def take(self, pulse: Pulse, *, alone: int, supports: int, window: int) -> None:
        """Judge a pulse.

        Args:
            pulse: never earlier than those before.
            alone: rank from which a rule is told without support.
            supports: rank from which a rule supports those of other techniques.
            window: microseconds within which rules support each other.
        """
        since = pulse.clock - window
        while self.strong and self.strong[0][0] < since:
            self.strong.popleft()
        while self.waiting and self.waiting[0].clock < since:
            self.waiting.popleft()
        if pulse.rank >= supports:
            self.strong.append((pulse.clock, pulse.technique, pulse.place))
            while len(self.strong) > WAITING:
                self.strong.popleft()
        if pulse.rank >= alone or self._goes_on(pulse) or self._stands_with(pulse.technique, [pulse]):
            self._fire(pulse, pulse.clock)
        else:
            self.waiting.append(pulse)
            while len(self.waiting) > WAITING:
                self.waiting.popleft()
        if pulse.rank >= supports:
            self._support(pulse.clock, since)

    def _stands_with(self, technique: str, pulses: Iterable[Pulse]) -> bool:
        places = {pulse.place for pulse in pulses}
        return any(_parent(other) != _parent(technique) and place not in places for _, other, place in self.strong)

    def _support(self, clock: int, since: int) -> None:
        kept: deque[Pulse] = deque()
        for one in self.waiting:
            if self._stands_with(one.technique, [one]):
                self._fire(one, clock)
            else:
                kept.append(one)
        self.waiting = kept
        for technique, behaviour in self.live.items():
            if behaviour.last >= since and self._stands_with(technique, behaviour.told()):
                behaviour.supported = True

    def _goes_on(self, pulse: Pulse) -> bool:
        behaviour = self.live.get(pulse.technique)
        return behaviour is not None and pulse.clock - behaviour.last <= QUIET_MICROSECONDS

    def _fire(self, pulse: Pulse, clock: int) -> None:
        behaviour = self.live.get(pulse.technique)
        if behaviour is None or not self._goes_on(pulse):
            if behaviour is not None:
                self.past.append(behaviour)
                del self.live[pulse.technique]
            if len(self.live) + len(self.past) >= BEHAVIOURS:
                return
            behaviour = Behaviour(chief=pulse, fired=clock, began=pulse.began, last=clock)
            self.live[pulse.technique] = behaviour
        behaviour.add(pulse, clock)
        behaviour.supported = behaviour.supported or self._stands_with(pulse.technique, behaviour.told())


def confidence_of(behaviour: Behaviour, by_rank: Mapping[int, float], support: float) -> float:
    """Give the chance that a behaviour is hostile.

    Args:
        behaviour: what was seen.
        by_rank: rank of the gravest rule -> chance when nothing else speaks.
        support: share of the remaining doubt that another technique on the computer takes away; each other rule
            that agrees takes away a tenth.
    """
    doubt = 1 - by_rank[behaviour.chief.rank]
    doubt *= 0.9 ** (len(behaviour.rules) - 1)
    if behaviour.supported:
        doubt *= 1 - support
    return min(0.97, 1 - doubt)


def _parent(technique: str) -> str:
    return technique.partition(".")[0]
