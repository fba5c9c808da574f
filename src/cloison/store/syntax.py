"""TOML text to plain tables; what is not TOML is said in our words."""

import re
import tomllib

from cloison.errors import Fault
from cloison.store.keys import DEEPEST, Plain
from cloison.store.outline import Outline, TooDeepError
from cloison.words import Sentence, say

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

_LONG_KEY = re.compile(rf"^[ \t]*+\[*+(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}", re.MULTILINE | re.ASCII)
"""tomllib takes the square of a dotted key's length: a key of 200,000 parts would hold it for minutes."""

_FORBIDDEN = (
    say("a character that cannot stand here"),
    say("text ends on its line, with the quote that opened it; no control characters"),
)

_MEANINGS = {
    "Expected '=' after a key": (
        say("a key without its value"),
        say('write key = "value"'),
    ),
    "Invalid statement": (
        say("this is neither a key, a [table] nor a comment"),
        say("begin comments with #"),
    ),
    "Invalid value": (
        say("a value that is no text, number, date, list or table"),
        say("put text between double quotes"),
    ),
    "Expected newline or end of document after a statement": (
        say("something follows the end of the value"),
        say("one key a line; text between double quotes"),
    ),
    "Cannot overwrite a value": (
        say("this key is already given above"),
        say("keep one of the two"),
    ),
    "Duplicate inline table key": (
        say("a key is given twice between the braces"),
        say("keep one of the two"),
    ),
    "Cannot": (
        say("this table is already given above"),
        say("begin each entry with two brackets, as [[zone]]"),
    ),
    "Expected ']": (
        say("a table's name without its closing brackets"),
        say("write it as [[zone]]"),
    ),
    "Invalid date": (
        say("a date that does not exist"),
        say("write it as 2026-11-02T08:00:00Z"),
    ),
    "Unclosed array": (
        say("a list without its closing bracket"),
        say("close it with ], and part the values by commas"),
    ),
    "Unclosed inline table": (
        say("a table without its closing brace"),
        say("close it with }} on the same line, and part the keys by commas"),
    ),
    "Unterminated string": (
        say("text without its closing quote"),
        say("close it with the quote that opened it"),
    ),
    "Illegal character": _FORBIDDEN,
    "Found invalid character": _FORBIDDEN,
    "Unescaped '\\'": (
        say("a backslash alone between double quotes"),
        say("double it, or put the text between single quotes"),
    ),
}
"""How the messages of Python's tomllib begin, and what they mean."""

_OTHERWISE = (say("this line does not follow TOML's rules"), say("compare with the examples of docs/map.md"))


def read_toml(text: str) -> Plain | Fault:
    """Read a text; give the first place where it stops being TOML.

    Args:
        text: without byte order mark; any line endings.
    """
    if _LONG_KEY.search(text):
        return too_deep(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        return too_deep(text)
    except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
        return _fault(str(error), text)


def too_deep(text: str) -> Fault:
    """Say where values nest too deeply, for a text on which a reader gave up."""
    line = 0
    try:
        Outline(text)
    except TooDeepError as error:
        line = text.count("\n", 0, error.offset) + 1
    return Fault(
        line=line,
        reason=say("values nest more than {depth} deep", depth=DEEPEST),
        fix=say("take the nest apart: no map needs it"),
    )


def _fault(message: str, text: str) -> Fault:
    place = _PLACE.search(message)
    line = int(place[1] or text.count("\n") + 1) if place else 0
    reason, fix = _meaning(message)
    return Fault(line=line, reason=reason, fix=fix)


def _meaning(message: str) -> tuple[Sentence, Sentence]:
    for beginning, meaning in _MEANINGS.items():
        if message.startswith(beginning):
            return meaning
    return _OTHERWISE
