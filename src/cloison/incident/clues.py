"""Clues that open an incident together: one machine that behaves strangely in several ways within hours."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cloison.incident.belief import ALERT
from cloison.incident.links import BEFORE, NEAR, Link, Thread, faded, gap
from cloison.words import say


def together(threads: Iterable[Thread]) -> list[Link]:
    """Give the links between clues that are worth calling somebody only together.

    A clue is worth 1 - Π(1 - belief) with those before it in which the same machine acts, each halved for every `NEAR`
    between them (noisy-or, Pearl 1988, as suspicion is weighed). Independent they must be: of two by one detector, or
    of one technique, only the stronger counts, for they may tell one harmless habit twice. From `ALERT` on, all of them
    open an incident.

    Args:
        threads: clues only.

    Returns:
        A link from each clue that counted to the one that made them enough.
    """
    by_host: dict[str, list[Thread]] = defaultdict(list)
    for thread in sorted(threads, key=lambda one: (one.finding.detected_at, one.finding.id)):
        for key, part in thread.parts.items():
            if part.acts and thread.hosts[key].ours:
                by_host[key].append(thread)
    found: list[Link] = []
    for key, group in sorted(by_host.items()):
        for place, last in enumerate(group):
            counted, worth = _independent(last, group[max(place - BEFORE, 0) : place])
            if counted and worth >= ALERT:
                why = say("{host} acts in both", host=last.hosts[key].name)
                found.extend(Link(earlier, last, worth, why) for earlier in counted)
    return found


def _independent(last: Thread, before: Sequence[Thread]) -> tuple[list[Thread], float]:
    """Choose the earlier clues that tell something else, the strongest first, and weigh them with the last."""
    weights = {one.finding.id: one.belief * faded(gap(one, last), NEAR) for one in before}
    detectors, techniques = {last.finding.detector}, {_technique(last)}
    counted: list[Thread] = []
    innocent = 1.0 - last.belief
    for one in sorted(before, key=lambda one: (-weights[one.finding.id], one.finding.id)):
        if one.finding.detector not in detectors and _technique(one) not in techniques:
            counted.append(one)
            detectors.add(one.finding.detector)
            techniques.add(_technique(one))
            innocent *= 1.0 - weights[one.finding.id]
    return counted, 1.0 - innocent


def _technique(thread: Thread) -> str:
    return thread.finding.technique.partition(".")[0]
