"""Nouns that a server sent: read with the shapes of this program, or refused. Nothing that a server says is trusted."""

import json
from string import Formatter
from typing import Any, TypeVar

from cloison.errors import BadValueError
from cloison.store.documents import read_back
from cloison.words import say

T = TypeVar("T")

_SENTENCE = frozenset({"template", "plural", "count", "values"})
_NO_SENTENCE, _REPORT = say("a sentence of the server names what it does not hold"), say("check the server's version")


def read_noun(of: type[T], text: str, *, where: str) -> T:
    """Read a noun.

    Raises:
        BadValueError: it has another shape, or a sentence in it would do more than name its own values.
    """
    found = read_back(of, text, where=where)
    # `str.format` would follow attributes, and set a billion spaces: a template names values, and nothing else.
    json.loads(text, object_hook=lambda one: _plain(one, where))
    return found


def _plain(found: dict[str, Any], where: str) -> dict[str, Any]:
    if found.keys() == _SENTENCE:
        known = {str(pair[0]) for pair in found["values"]}
        for template in (found["template"], found["plural"]):
            if template is not None and not _harmless(template, known):
                raise BadValueError(_NO_SENTENCE, fix=_REPORT, where=where)
    return found


def _harmless(template: str, known: set[str]) -> bool:
    try:
        return all(
            name is None or (name in known and not form and conversion is None)
            for _, name, form, conversion in Formatter().parse(template)
        )
    except ValueError:
        return False
