"""What care services need: leaves that exist, lists that hold something, no service that needs itself."""

from collections.abc import Iterator

from cloison.store.keys import DEEPEST, Mistake, Path, Plain, entries
from cloison.store.nearest import Speller
from cloison.store.references import Ids, dangling
from cloison.words import say

LEAVES = ("asset", "zone", "flow", "care_service")
"""Tables that a leaf may name. `care_service` goes beyond the design: docs/decisions/0002."""

_LISTS = ("all", "any")

_FORM = say('write "asset:ID", or {{ all = […] }}, or {{ any = […] }}')


def mistakes(data: Plain, ids: Ids, speller: Speller) -> Iterator[Mistake]:
    """Find malformed needs, and cycles of services; one mistake for each."""
    needed: dict[str, list[tuple[Path, str]]] = {}
    for path, service in entries(data, "care_service"):
        name = service.get("id")
        links = needed.setdefault(name, []) if isinstance(name, str) else []
        if "needs" not in service:
            continue
        for place, leaf in _walk((*path, "needs"), service["needs"]):
            if isinstance(leaf, Mistake):
                yield leaf
                continue
            table, colon, target = leaf.partition(":")
            if not colon or table not in LEAVES:
                yield _bad_leaf(place, leaf, ids, speller)
            elif target not in ids[table]:
                yield dangling(place, target, table, ids, speller)
            elif table == "care_service":
                links.append((place, target))
    yield from _cycles(needed)


def _walk(path: Path, node: object) -> Iterator[tuple[Path, str | Mistake]]:
    """Give the leaves and the mistakes of form, in the file's order; no recursion, as depth is not ours."""
    pending: list[tuple[Path, object]] = [(path, node)]
    while pending:
        place, here = pending.pop()
        if isinstance(here, str):
            yield place, here
            continue
        fault = _malformed(place, here, depth=len(place) - len(path))
        if fault is not None:
            yield place, fault
        elif isinstance(here, dict):
            ((key, nested),) = here.items()
            pending.extend(((*place, key, index), nested[index]) for index in reversed(range(len(nested))))


def _malformed(place: Path, node: object, *, depth: int) -> Mistake | None:
    if not isinstance(node, dict):
        return Mistake(place, say("this is not a need: it names nothing, nor says all or any"), _FORM)
    unknown = next((key for key in node if key not in _LISTS), None)
    if unknown is not None:
        return Mistake((*place, unknown), say('"{key}" is neither all nor any', key=unknown), _FORM)
    if len(node) != 1:
        reason = say("a need has exactly one of all and any")
        return Mistake(place, reason, say("nest one in the other: {{ all = [ …, {{ any = […] }} ] }}"))
    ((key, nested),) = node.items()
    if not isinstance(nested, list) or not nested:
        reason = say('"{key}" must be a list that holds something', key=key)
        return Mistake((*place, key), reason, say("list what is needed, or take it out"))
    if depth > DEEPEST // 2:  # leaves the outline room for the lists around it
        return Mistake(place, say("needs nest too deeply"), say("make a care service of the inner needs"))
    return None


def _bad_leaf(place: Path, leaf: str, ids: Ids, speller: Speller) -> Mistake:
    table, colon, name = leaf.partition(":")
    owner = next((kind for kind in LEAVES if leaf in ids[kind]), None)
    near = speller.nearest(table, LEAVES) if colon else owner
    reason = say('"{leaf}" does not say what it names', leaf=leaf)
    if near is None:
        return Mistake(place, reason, say('write "asset:ID", "zone:ID", "flow:ID" or "care_service:ID"'))
    return Mistake(place, reason, say('write "{word}"', word=f"{near}:{name if colon else leaf}"))


def _cycles(needed: dict[str, list[tuple[Path, str]]]) -> Iterator[Mistake]:
    """Name each cycle once, at the link that closes it. Source: depth-first search, Tarjan 1972."""
    done: set[str] = set()
    for start, links in needed.items():
        if start in done:
            continue
        trail = [start]
        ways = [iter(links)]
        while ways:
            place, target = next(ways[-1], (None, ""))
            if place is None:
                done.add(trail.pop())
                ways.pop()
            elif target in trail:
                cycle = " → ".join([*trail[trail.index(target) :], target])
                yield Mistake(
                    place,
                    say("a care service ends up needing itself: {cycle}", cycle=cycle),
                    say("take out one of these needs"),
                )
            elif target not in done:
                trail.append(target)
                ways.append(iter(needed[target]))
