"""Matches of several rules, or many of one, within a time span.

Source: the Sigma correlation rules specification 2.1. A correlation is followed apart for each computer and each
combination of its group-by values, and begins anew once it has held.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cloison.model.rules import Correlation, Joining

KEYS = 65_536
"""Combinations followed at once for each correlation; the one unseen for longest is dropped, its count with it."""

MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Thread:
    """What one combination has shown.

    Attributes:
        clocks: EVENT_COUNT: of the latest matches, as many as are asked for.
        latest: VALUE_COUNT: value -> clock of its latest match; TEMPORAL: rule -> the same.
        chain: TEMPORAL_ORDERED: clock at which the best chain began that ends at each rule.
    """

    clocks: deque[int] = field(default_factory=deque)
    latest: dict[str, int] = field(default_factory=dict)
    chain: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Threads:
    """Every combination of every correlation: correlation's id -> key -> thread, the latest seen at the end."""

    known: dict[str, dict[tuple[str, ...], Thread]] = field(default_factory=dict)

    def meet(self, one: Correlation, rule: str, clock: int, key: tuple[str, ...], value: str) -> bool:
        """Take one match, and tell whether the correlation now holds.

        Args:
            one: the correlation.
            rule: id of the rule that matched, one of the correlation's.
            clock: microseconds since 1970, never before that of an earlier match.
            key: the computer and the group-by values.
            value: of the field that VALUE_COUNT counts.
        """
        threads = self.known.setdefault(one.id, {})
        thread = threads.pop(key, None) or Thread()
        if len(threads) >= KEYS:
            del threads[next(iter(threads))]
        threads[key] = thread
        holds = _advance(thread, one, rule, clock, value)
        if holds:
            del threads[key]
        return holds


def _advance(thread: Thread, one: Correlation, rule: str, clock: int, value: str) -> bool:
    since = clock - one.seconds * MICROSECONDS
    match one.joining:
        case Joining.EVENT_COUNT:
            thread.clocks.append(clock)
            while len(thread.clocks) > one.at_least:
                thread.clocks.popleft()
            return len(thread.clocks) >= one.at_least and thread.clocks[0] >= since
        case Joining.VALUE_COUNT:
            _note(thread.latest, value, clock, since, most=one.at_least)
            return len(thread.latest) >= one.at_least
        case Joining.TEMPORAL:
            _note(thread.latest, rule, clock, since, most=len(one.rules))
            return len(thread.latest) >= len(set(one.rules))
        case Joining.TEMPORAL_ORDERED:
            return _chained(thread.chain, one.rules, rule, clock, since)


def _note(latest: dict[str, int], name: str, clock: int, since: int, *, most: int) -> None:
    latest.pop(name, None)
    latest[name] = clock
    while latest and (len(latest) > most or next(iter(latest.values())) < since):
        del latest[next(iter(latest))]


def _chained(chain: dict[int, int], rules: Sequence[str], rule: str, clock: int, since: int) -> bool:
    # From the end, so that one match is not taken for two steps.
    for step in reversed(range(len(rules))):
        if rules[step] != rule:
            continue
        began = clock if step == 0 else chain.get(step - 1)
        if began is not None and began >= since:
            chain[step] = began
    return chain.get(len(rules) - 1, since - 1) >= since


def joined_by(correlations: Sequence[Correlation]) -> Mapping[str, tuple[Correlation, ...]]:
    """Give, for each rule's id, the correlations that it is part of."""
    found: dict[str, list[Correlation]] = {}
    for one in correlations:
        for rule in dict.fromkeys(one.rules):
            found.setdefault(rule, []).append(one)
    return {rule: tuple(them) for rule, them in found.items()}


def fields_of(one: Correlation, rule: str) -> tuple[str, ...]:
    """Give the fields that a correlation wants of a match of this rule: group-by first, the counted one last."""
    aliases = {alias: dict(names).get(rule, alias) for alias, names in one.aliases}
    return tuple(aliases.get(name, name) for name in (*one.group_by, *((one.field,) if one.field else ())))
