"""From plain tables to the nouns, and every key or type that does not fit, in our own words.

pydantic finds the misfits; its messages never reach a person, because a union's branches each complain
of one mistake and name Python's types.
"""

import json
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from cloison.model.hospital import Hospital, ZoneKind
from cloison.store.keys import TABLES, Mistake, Path, Plain, keys_of, noun_at
from cloison.store.nearest import Speller
from cloison.words import Sentence, say

_KINDS = tuple(ZoneKind)

_TYPES = {
    "string": (say('"{key}" must be text'), say("put it between double quotes")),
    "int": (say('"{key}" must be a whole number'), say("write digits only, without quotes")),
    "float": (say('"{key}" must be a number'), say("write it as 12 or 0.5, without quotes")),
    "finite": (say('"{key}" must be a number'), say("write it as 12 or 0.5, without quotes")),
    "bool": (say('"{key}" must be true or false'), say("write true or false, without quotes")),
    "tuple": (say('"{key}" must be a list'), say("put the values between brackets, parted by commas")),
    "datetime": (
        say('"{key}" must be a date and time with its offset'),
        say("write it without quotes, as 2026-11-02T08:00:00Z"),
    ),
}
"""How pydantic's types of error begin, and what they mean."""

_OTHERWISE = (say('"{key}" has a value that the map cannot hold'), say("see docs/map.md"))


@cache
def hospital_type() -> TypeAdapter[Hospital]:
    """Give pydantic's reader of maps, built once."""
    return TypeAdapter(Hospital)


def to_hospital(data: Plain, speller: Speller) -> Hospital | list[Mistake]:
    """Make the hospital, or say what does not fit.

    It passes through JSON because pydantic's strict mode takes text for an address or a time only from
    there, and its lax mode would take "5" for a number and 5 for an address.

    Raises:
        RecursionError: the tables nest too deeply.
    """
    try:
        return hospital_type().validate_json(json.dumps(data, default=_time_text), strict=True)
    except ValidationError as error:
        return _mistakes(error.errors(include_url=False), data, speller)


def _time_text(value: object) -> object:
    """A moment in JSON; a date, or a time without its offset, becomes what nothing accepts."""
    return value.isoformat() if isinstance(value, datetime) and value.tzinfo else {"not a moment": str(value)}


def _mistakes(errors: list[ErrorDetails], data: Plain, speller: Speller) -> list[Mistake]:
    found: dict[Path, Mistake] = {}
    meant: set[Path] = set()
    for error in errors:
        path = _path(error["loc"], data, missing=error["type"] == "missing")
        if "needs" in path:  # a nest of unions: rules of its own
            continue
        if error["type"] == "unexpected_keyword_argument":
            near = speller.nearest(str(path[-1]), _keys_at(path[:-1]))
            meant |= {(*path[:-1], near)} if near else set()
        found.setdefault(path, Mistake(path, *_explain(error, path, speller)))
    return [mistake for path, mistake in found.items() if path not in meant]  # a misspelt key is not missing too


@cache
def _keys_of(noun: type) -> tuple[str, ...]:
    return tuple(keys_of(noun))


def _keys_at(path: Path) -> tuple[str, ...]:
    return _keys_of(noun_at(path) or Hospital)


def _path(loc: tuple[str | int, ...], data: Plain, *, missing: bool) -> Path:
    """Keep of pydantic's place what the file has: it adds the names of a union's branches."""
    here: Any = data
    for depth, step in enumerate(loc):
        if isinstance(here, dict):
            inside = step in here
        else:
            inside = isinstance(here, list) and isinstance(step, int) and step < len(here)
        if not inside:
            return loc[: depth + 1] if missing else loc[:depth]
        here = here[step]
    return loc


def _explain(error: ErrorDetails, path: Path, speller: Speller) -> tuple[Sentence, Sentence]:
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    match error["type"]:
        case "unexpected_keyword_argument":
            return _unknown_key(key, path, speller)
        case "missing":
            return say('"{key}" is missing', key=key), say("add: {key} = …", key=key)
        case "enum":
            word = str(error["input"])
            fix = speller.fix(word, _KINDS, say("write one of: {words}", words=", ".join(_KINDS)))
            return say('"{word}" is not a kind of zone', word=word), fix
        case "literal_error":
            return say("this Cloison reads format 1 of the map"), say("write format = 1")
        case other:
            return _wrong_type(other, key, path)


def _unknown_key(key: str, path: Path, speller: Speller) -> tuple[Sentence, Sentence]:
    valid = _keys_at(path[:-1])
    every = say("the keys here are: {words}", words=", ".join(valid))
    near = speller.nearest(key, valid)
    reason = say('"{key}" is not a key of the map here', key=key)
    return reason, say('write "{word}"', word=near) if near else every


def _wrong_type(error: str, key: str, path: Path) -> tuple[Sentence, Sentence]:
    if path[:1] and path[0] in TABLES and len(path) <= 2:  # noqa: PLR2004 - ("zone",) or ("zone", 0)
        return (
            say('"{key}" must be a list of tables', key=key),
            say("begin each one with a line of its own: [[{key}]]", key=key),
        )
    if error == "dataclass_type":
        keys = ", ".join(_keys_at(path))
        return say('"{key}" must be a table', key=key), say("between braces, with the keys: {keys}", keys=keys)
    reason, fix = _TYPES.get(error.partition("_")[0], _OTHERWISE)
    return Sentence(template=reason.template, values=(("key", key),)), fix
