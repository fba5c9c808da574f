"""Nouns as JSON text, and back, with nothing lost.

JSON has no moments: within a sentence, where text and moments may both stand, one would be taken for the other. So a
moment is written as an object of its own, {"moment": "2026-11-22T02:41:07+00:00"}.
"""

import json
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadValueError
from cloison.words import say

T = TypeVar("T")

_MOMENT = "moment"
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}  # each takes milliseconds to make


def written(value: object) -> str:
    """Write a noun as JSON text."""
    plain = _adapter(type(value)).dump_python(value, by_alias=True)
    return json.dumps(plain, default=_tagged, separators=(",", ":"), allow_nan=False)


def read_back(of: type[T], text: str, *, where: str) -> T:
    """Read what `written` gave.

    Args:
        of: the noun's class.
        text: the JSON text.
        where: its place, for the error.

    Raises:
        BadValueError: it is damaged, or of another version.
    """
    try:
        found: T = _adapter(of).validate_python(json.loads(text, object_hook=_untagged))
    except (ValueError, ValidationError, RecursionError) as error:
        raise BadValueError(
            say("this document is damaged, or of another version of Cloison"),
            fix=say("restore the database from a backup"),
            where=where,
        ) from error
    return found


def _adapter(of: type[Any]) -> TypeAdapter[Any]:
    if of not in _ADAPTERS:
        _ADAPTERS[of] = TypeAdapter(of)
    return _ADAPTERS[of]


def _tagged(value: object) -> dict[str, str] | str:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network):
        return str(value)
    raise TypeError(type(value))


def _untagged(found: dict[str, Any]) -> Any:  # noqa: ANN401 - a moment, or the object as it is
    return datetime.fromisoformat(found[_MOMENT]) if found.keys() == {_MOMENT} else found
