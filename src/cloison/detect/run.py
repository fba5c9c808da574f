"""One host's continuing behaviour: from its first act until a quiet gap, one finding."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from cloison.model.finding import Barrier, Evidence, Finding, Technique, finding_id
from cloison.words import Sentence

QUIET = timedelta(hours=6)
"""A host that stops for longer than this and starts again makes a new finding: a change of shift."""

TARGETS = 256
"""Targets named in a finding; the explanation tells how many there were in all."""

EVIDENCE = 20
"""Records quoted in a finding: the first ones, and the deciding one."""

HOSTS = 4096
"""Hosts that one detector denounces; later ones are left out: with so many, the first ones tell the story."""

QUIET_MICROSECONDS = QUIET // timedelta(microseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Act:
    """One record that belongs to a behaviour.

    Attributes:
        clock: microseconds since 1970, when it was known.
        began: microseconds since 1970, when it began.
        note: what the record shows.
    """

    clock: int
    began: int
    origin: int
    record: int
    target: str
    note: Sentence


@dataclass(slots=True)
class Run:
    """A behaviour of one host that has fired.

    Attributes:
        fired: the act that made the detector fire; its clock is `detected_at`.
        began: start of the earliest act, microseconds since 1970, as the two below.
        last: what `last_seen` tells.
        pulse: the last act that keeps the behaviour alive.
        acts: how many acts, those before the firing included.
        facts: what the detector wants to count in it.
    """

    source: str
    fired: Act
    began: int
    last: int
    pulse: int
    acts: int = 0
    targets: dict[str, None] = field(default_factory=dict)
    evidence: list[Act] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)

    def add(self, act: Act) -> None:
        """Let the behaviour go on with one act, later than all others."""
        self.began = min(self.began, act.began)
        self.last = max(self.last, act.clock)
        self.pulse = act.clock
        self.acts += 1
        if len(self.targets) < TARGETS:
            self.targets.setdefault(act.target)
        if act is self.fired or len(self.evidence) < EVIDENCE - 1:
            self.evidence.append(act)

    def stretch(self, acts: int, last: int, targets: Iterable[str]) -> None:
        """Let the behaviour go on with many acts that need not be told apart."""
        self.acts += acts
        self.last = self.pulse = last
        for target in targets:
            if len(self.targets) >= TARGETS:
                return
            self.targets.setdefault(target)

    def prolong(self, clock: int) -> None:
        """Let `last` follow, unless it was quiet for too long; this does not keep the behaviour alive."""
        if clock - self.last <= QUIET_MICROSECONDS:
            self.last = max(self.last, clock)

    def finding(
        self, detector: str, barrier: Barrier, technique: str, confidence: float, words: tuple[Sentence, Sentence]
    ) -> Finding:
        """Say what was seen; `words` are the title and the explanation."""
        detected_at = moment(self.fired.clock)
        return Finding(
            id=finding_id(detector, self.source, detected_at),
            detector=detector,
            technique=Technique(technique),
            barrier=barrier,
            title=words[0],
            explanation=words[1],
            confidence=round(confidence, 3),
            sources=(self.source,),
            targets=tuple(sorted(self.targets)),
            first_seen=moment(self.began),
            last_seen=moment(self.last),
            detected_at=detected_at,
            evidence=tuple(
                Evidence(origin=act.origin, record=act.record, note=act.note) for act in self.evidence[:EVIDENCE]
            ),
        )


class Runs:
    """The behaviours of all hosts that have fired, one at a time for each host."""

    def __init__(self) -> None:
        self._current: dict[str, Run] = {}
        self._past: list[Run] = []

    def __iter__(self) -> Iterator[Run]:
        """Every behaviour, finished or not."""
        yield from self._past
        yield from self._current.values()

    @property
    def sources(self) -> Sequence[str]:
        """Hosts that have fired once."""
        return list(self._current)

    def live(self, source: str, clock: int) -> Run | None:
        """Give the host's behaviour, unless it has been quiet for too long at this moment."""
        run = self._current.get(source)
        return run if run is not None and clock - run.pulse <= QUIET_MICROSECONDS else None

    def open(self, source: str, fired: Act, before: Iterable[Act]) -> Run:
        """Begin a behaviour.

        Args:
            source: who acted.
            fired: the act that convinced the detector.
            before: the acts that led to it, in order.
        """
        run = Run(source=source, fired=fired, began=fired.began, last=fired.clock, pulse=fired.clock)
        if source in self._current:
            self._past.append(self._current[source])
        self._current[source] = run
        for act in before:
            run.add(act)
        run.add(fired)
        return run

    def grow(
        self,
        source: str,
        rows: pl.DataFrame,
        act: Callable[[Mapping[str, Any]], Act],
        before: Callable[[Mapping[str, Any]], list[Act]],
    ) -> None:
        """Let one host's behaviour begin, go on, stop and begin again.

        Args:
            source: who acted.
            rows: its acts in order, with at least clock (Int64), dst, and fires (Boolean: the detector is convinced).
            act: makes an act of a row.
            before: gives the acts that led to a row that fires.
        """
        while rows.height:
            run = self.live(source, rows["clock"][0])
            if run is None:
                rows = rows.slice(_first(rows["fires"]))
                for row in rows.head(1).iter_rows(named=True):
                    if self.full(source):
                        return
                    self.open(source, act(row), before(row))
                rows = rows.slice(1)
                continue
            # A behaviour that is open and goes on: only its first acts are quoted, the others are counted.
            steady = rows.head(_first(rows["clock"].diff() > QUIET_MICROSECONDS))
            for row in steady.head(EVIDENCE).iter_rows(named=True):
                run.add(act(row))
            rest = steady.slice(EVIDENCE)
            if rest.height:
                run.stretch(rest.height, rest["clock"].item(-1), rest["dst"].unique(maintain_order=True))
            rows = rows.slice(steady.height)

    def at(self, source: str, clock: int) -> Run | None:
        """Give the latest behaviour of the host that had fired at this moment, quiet since or not."""
        current = self._current.get(source)
        if current is None or current.fired.clock <= clock:
            return current
        return next((run for run in reversed(self._past) if run.source == source and run.fired.clock <= clock), None)

    def full(self, source: str) -> bool:
        """Tell whether this host must be left out, so many others being denounced."""
        return source not in self._current and len(self._current) >= HOSTS


def _first(true: pl.Series) -> int:
    """Give the place of the first True, or the length."""
    place = true.arg_true()
    return int(place[0]) if place.len() else true.len()


def moment(microseconds: int) -> datetime:
    """Give a time from microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)
