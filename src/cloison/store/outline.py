"""Where things stand in a TOML text: tomllib gives values without their lines.

The text is one that tomllib has accepted, so this only has to find its way, not to judge.
Source of the grammar: TOML 1.0.0, toml.io/en/v1.0.0.
"""

import re
import tomllib
from bisect import bisect_right
from typing import NamedTuple

from cloison.store.keys import DEEPEST, Path

_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY = re.compile(r"""[ \t]*+([A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')[ \t]*+""")
_STRING = (
    r'"""(?:[^"\\]++|\\[\s\S]|""?(?!"))*+"{3,5}'
    r"|'''(?:[^']++|''?(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)
_SCALAR = re.compile(_STRING + r"|\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]++|[^\s,\]}#]++")
_INSIDE = re.compile(_STRING + r"|#[^\n]*+|[\[\]{}]|[^\[\]{}\"'#]++")


class TooDeepError(Exception):
    """A value nests deeper than `DEEPEST`, at this offset."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Statement(NamedTuple):
    """A header, `[[zone]]`, or a key and its value.

    Attributes:
        path: what it defines.
        start: offset of its first character.
        value: offset of the value; -1 for a header.
        end: offset after its last character, before any comment on the line.
    """

    path: Path
    start: int
    value: int
    end: int

    @property
    def is_header(self) -> bool:
        """Whether it opens a table."""
        return self.value < 0


class Outline:
    """The statements of a text, and the line of any path: of its first statement, where it has several.

    Raises:
        TooDeepError: values nest deeper than `DEEPEST`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.statements = _statements(text)
        self._newlines = [found.start() for found in re.finditer("\n", text)]
        self._at: dict[Path, Statement] = {}
        for statement in self.statements:
            for length in range(len(statement.path), 0, -1):
                self._at.setdefault(statement.path[:length], statement)

    def line_of(self, path: Path) -> int:
        """Give the 1-based line of a value, or of the nearest table that holds it; 0 for the whole file."""
        for length in range(len(path), 0, -1):
            statement = self._at.get(path[:length])
            if statement is None:
                continue
            if statement.is_header or statement.path != path[:length] or length == len(path):
                return self.line_at(statement.start)
            return self.line_at(_locate(self.text, statement.value, path[length:]))
        return 0

    def line_at(self, offset: int) -> int:
        """Give the 1-based line of an offset."""
        return bisect_right(self._newlines, offset - 1) + 1

    def line_start(self, offset: int) -> int:
        """Give the offset at which the line of an offset begins."""
        line = self.line_at(offset)
        return self._newlines[line - 2] + 1 if line > 1 else 0

    def line_end(self, offset: int) -> int:
        """Give the offset after the newline of the line of an offset."""
        line = self.line_at(offset)
        return self._newlines[line - 1] + 1 if line <= len(self._newlines) else len(self.text)


def _statements(text: str) -> list[Statement]:
    statements: list[Statement] = []
    last_index: dict[Path, int] = {}
    table: Path = ()
    at = _after(_BLANK, text, 0)
    while at < len(text):
        if text[at] == "[":
            brackets = 2 if text.startswith("[[", at) else 1
            keys, end = _keys(text, at + brackets)
            table = _resolve(keys, last_index, is_entry=brackets == 2)  # noqa: PLR2004 - two brackets, as written
            end += brackets
            statements.append(Statement(table, at, -1, end))
        else:
            keys, equals = _keys(text, at)
            value = _after(_SPACE, text, equals + 1)
            end = _value_end(text, value)
            statements.append(Statement(table + keys, at, value, end))
        at = _after(_BLANK, text, end)
    return statements


def _resolve(keys: tuple[str, ...], last_index: dict[Path, int], *, is_entry: bool) -> Path:
    """Give a header's full path: each list of tables on the way means its last entry so far."""
    path: Path = ()
    for place, key in enumerate(keys, start=1):
        path += (key,)
        if is_entry and place == len(keys):
            last_index[path] = last_index.get(path, -1) + 1
        if path in last_index:
            path += (last_index[path],)
    return path


def _locate(text: str, value: int, path: Path) -> int:
    """Find an element inside a value; as near as it gets when the path leads nowhere."""
    while path:
        step = _element(text, value, path)
        if step is None:
            return value
        value, path = step
    return value


def _element(text: str, value: int, path: Path) -> tuple[int, Path] | None:
    """Take one step into a list or an inline table: where that leads, and what is left of the path."""
    opened = text[value]
    if opened not in "[{":
        return None
    at = _after(_BLANK, text, value + 1)
    index = 0
    while text[at] not in "]}":
        keys: Path = (index,)
        if opened == "{":
            keys, equals = _keys(text, at)
            at = _after(_SPACE, text, equals + 1)
        if path[: len(keys)] == keys:
            return at, path[len(keys) :]
        at = _after(_BLANK, text, _value_end(text, at))
        if text[at] == ",":
            at = _after(_BLANK, text, at + 1)
        index += 1
    return None


def _keys(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Read a dotted key: its parts, and the offset of what follows."""
    start = at
    parts: list[str] = []
    while found := _KEY.match(text, at):
        parts.append(_bare(found[1]))
        if len(parts) > DEEPEST:
            raise TooDeepError(start)
        at = found.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(parts), at


def _bare(key: str) -> str:
    if key[0] == '"' and "\\" in key:
        return next(iter(tomllib.loads(f"{key} = 0")))
    return key[1:-1] if key[0] in "\"'" else key


def _value_end(text: str, at: int) -> int:
    if text[at] not in "[{":
        return _after(_SCALAR, text, at)
    depth = 0
    while found := _INSIDE.match(text, at):
        at = found.end()
        if found[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                raise TooDeepError(found.start())
        elif found[0] in "]}":
            depth -= 1
            if depth == 0:
                break
    return at


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
