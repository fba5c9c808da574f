"""Names in the map: each entry has its own, and each name that is used is somebody's."""

import re
from collections.abc import Iterator

from cloison.store.keys import TABLES, Mistake, Path, Plain, entries
from cloison.store.nearest import Speller
from cloison.words import say

_REFERENCES = {
    "asset": {"zone": "zone"},
    "conduit": {"from": "zone", "to": "zone", "enforced_by": "enforcement_point"},
    "flow": {"via": "conduit"},
}

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Controls, line ends, and the marks that make text read backwards: a name must be what it looks like."""

_REQUIRED_TEXT = ("id", "name", "driver", "door")

Ids = dict[str, dict[str, Path]]
"""Table -> id -> where it is defined."""


def ids_of(data: Plain) -> Ids:
    """Give every id with the place of its first definition."""
    ids: Ids = {table: {} for table in TABLES}
    for table in TABLES:
        for path, entry in entries(data, table):
            if isinstance(entry.get("id"), str):
                ids[table].setdefault(entry["id"], path)
    return ids


def mistakes(data: Plain, ids: Ids, speller: Speller) -> Iterator[Mistake]:
    """Find empty names, ids given twice, names of nothing, and conduits from a zone to itself."""
    yield from _texts((), data)
    for table in TABLES:
        seen: set[str] = set()
        for path, entry in entries(data, table):
            yield from _texts(path, entry)
            name = entry.get("id")
            if isinstance(name, str):
                if name in seen:
                    reason = say('"{id}" is already the id of another [[{table}]]', id=name, table=table)
                    yield Mistake((*path, "id"), reason, say("give this one an id of its own"))
                seen.add(name)
    for table, keys in _REFERENCES.items():
        for path, entry in entries(data, table):
            for key, target in keys.items():
                yield from _dangling((*path, key), entry.get(key), target, ids, speller)
    for path, conduit in entries(data, "conduit"):
        if isinstance(conduit.get("to"), str) and conduit.get("from") == conduit["to"]:
            yield Mistake(
                (*path, "to"),
                say('this conduit goes from zone "{zone}" to itself', zone=conduit["to"]),
                say("name the zone it leads to, or take the conduit out"),
            )


def _texts(path: Path, table: Plain) -> Iterator[Mistake]:
    for key in _REQUIRED_TEXT:
        text = table.get(key)
        if not isinstance(text, str):
            continue
        if not text.strip():
            yield Mistake((*path, key), say('"{key}" is empty', key=key), say("write a name that people will know"))
        elif _UNSEEN.search(text):
            yield Mistake(
                (*path, key),
                say('"{key}" holds characters that cannot be seen', key=key),
                say("write it on one line, without tabs or control characters"),
            )


def _dangling(path: Path, value: object, table: str, ids: Ids, speller: Speller) -> Iterator[Mistake]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _dangling((*path, index), one, table, ids, speller)
    elif isinstance(value, str) and value not in ids[table]:
        yield dangling(path, value, table, ids, speller)


def dangling(path: Path, name: str, table: str, ids: Ids, speller: Speller) -> Mistake:
    """Say that a name is nobody's."""
    add = say('add a [[{table}]] with the id "{id}", or name one that is in the map', table=table, id=name)
    fix = speller.fix(name, ids[table], add)
    return Mistake(path, say('no [[{table}]] of the map has the id "{id}"', table=table, id=name), fix)
