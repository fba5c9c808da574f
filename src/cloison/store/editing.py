"""Changes to a map's text that touch nothing else: comments, order and layout are the hospital's own.

Every change replaces the characters between two offsets. A TOML editor that keeps comments exists
(tomlkit); docs/decisions/0003 says why it is not used.
"""

from dataclasses import dataclass

from cloison.store.keys import TABLES, Path, Plain
from cloison.store.outline import Outline, Statement
from cloison.store.writing import entry_text, keys_text, learned_text, value_text


def edit(text: str, old: Plain, new: Plain) -> str:
    """Turn a text that holds one map into a text that holds another.

    Args:
        text: without byte order mark; any line endings.
        old: what it holds, defaults omitted, as `plain_of` gives it.
        new: what it must hold, likewise; ids are unique.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    if not text.endswith("\n"):
        text += newline
    editor = _Editor(text)
    editor.edit_table((), _scalars(old), _scalars(new))
    for table in TABLES:
        editor.edit_entries(table, old.get(table, []), new.get(table, []))
    text = editor.apply(newline)
    for table in TABLES:
        wanted = {entry["id"]: None for entry in new.get(table, [])}
        kept = dict.fromkeys(entry["id"] for entry in old.get(table, []) if entry["id"] in wanted)
        there = {name: place for place, name in enumerate(kept | wanted)}
        if list(there) != list(wanted):
            text = _reorder(text, table, [there[name] for name in wanted], newline)
    return text


def _scalars(plain: Plain) -> Plain:
    return {key: value for key, value in plain.items() if key not in TABLES}


@dataclass(frozen=True, slots=True)
class _Block:
    """A header and its keys, or the keys before the first header, in whole lines.

    Attributes:
        path: the table they fill; () before the first header.
        start: with the comment lines right above the header.
        keys_end: end of the last key's line.
        end: with the comment lines right below.
    """

    path: Path
    statements: tuple[Statement, ...]
    start: int
    keys_end: int
    end: int


def _blocks(outline: Outline) -> list[_Block]:
    """Part a text; a comment between two blocks belongs to the one below it, unless a blank line parts them."""
    groups: list[list[Statement]] = [[]]
    for statement in outline.statements:
        if statement.is_header:
            groups.append([])
        groups[-1].append(statement)
    spans: list[tuple[list[Statement], int, int]] = []
    floor = 0
    for group in filter(None, groups):
        start = outline.line_start(group[0].start)
        while (
            group[0].is_header and start > floor and _is_comment(outline.text, above := outline.line_start(start - 1))
        ):
            start = above
        floor = outline.line_end(group[-1].end - 1)
        spans.append((group, start, floor))
    blocks: list[_Block] = []
    for place, (group, start, keys_end) in enumerate(spans):
        limit = spans[place + 1][1] if place + 1 < len(spans) else len(outline.text)
        end = keys_end
        while end < limit and _is_comment(outline.text, end):
            end = outline.line_end(end)
        path = group[0].path if group[0].is_header else ()
        blocks.append(_Block(path, tuple(group), start, keys_end, end))
    return blocks


def _is_comment(text: str, line_start: int) -> bool:
    line = text[line_start : text.find("\n", line_start) + 1]
    return line.lstrip(" \t").startswith("#")


def _owner(path: Path) -> Path:
    """Give the entry to which a path belongs, or () for the keys of the hospital itself."""
    return path[:2] if len(path) > 1 and isinstance(path[1], int) else ()


class _Editor:
    """Gathers changes to one text, then makes them."""

    def __init__(self, text: str) -> None:
        self._outline = Outline(text)
        self._blocks = _blocks(self._outline)
        self._owned: dict[Path, list[_Block]] = {}
        for block in self._blocks:
            self._owned.setdefault(_owner(block.path), []).append(block)
        self._changes: list[tuple[int, int, str]] = []

    def apply(self, newline: str) -> str:
        """Make the changes; those at one place come out in the order in which they were asked."""
        text, parts, at = self._outline.text, [], 0
        for start, end, new in sorted(self._changes, key=lambda change: change[0]):
            parts += [text[at:start], new.replace("\n", newline)]
            at = max(at, end)
        return "".join([*parts, text[at:]])

    def edit_table(self, path: Path, old: Plain, new: Plain) -> None:
        """Change the keys that differ."""
        added: Plain = {}
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) == new.get(key) or self._edit_values((*path, key), old.get(key), new.get(key)):
                continue
            self._remove((*path, key))
            if key in new:
                added[key] = new[key]
        if added:
            self._add_keys(path, added)

    def _edit_values(self, path: Path, old: object, new: object) -> bool:
        """Write new values where old ones stand, if that is enough."""
        values = {statement.path: statement for statement in self._statements(path) if not statement.is_header}
        if new is not None and path in values:
            self._write(values[path], new)
            return True
        if not (isinstance(old, dict) and isinstance(new, dict)):
            return False
        differing = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
        if any(key not in new or (*path, key) not in values for key in differing):
            return False
        for key in differing:
            self._write(values[(*path, key)], new[key])
        return True

    def _write(self, statement: Statement, value: object) -> None:
        self._changes.append((statement.value, statement.end, value_text(value)))

    def _add_keys(self, path: Path, added: Plain) -> None:
        blocks = self._owned[path]
        end = next(block.keys_end for block in blocks if block.path == path)
        self._insert(end, keys_text(added, (key for key in added if key != "learned")))
        if "learned" in added:
            self._insert(blocks[-1].keys_end, learned_text(str(path[0]), added["learned"]))

    def _insert(self, at: int, text: str) -> None:
        self._changes.append((at, at, text))

    def _statements(self, path: Path) -> list[Statement]:
        """Give the statements that define a path or what it holds."""
        blocks = self._owned.get(_owner(path), [])
        return [one for block in blocks for one in block.statements if one.path[: len(path)] == path]

    def _remove(self, path: Path) -> None:
        for statement in self._statements(path):
            start = self._outline.line_start(statement.start)
            self._changes.append((start, self._outline.line_end(statement.end - 1), ""))

    def _remove_block(self, block: _Block) -> None:
        start = block.start
        while start and not (above := self._outline.text[self._outline.line_start(start - 1) : start]).strip():
            start -= len(above)
        self._changes.append((start, block.end, ""))

    def edit_entries(self, table: str, old: list[Plain], new: list[Plain]) -> None:
        """Change, remove and add entries; entries are the same when their ids are."""
        if old == new:
            return
        before = {entry["id"]: ((table, place), entry) for place, entry in enumerate(old)}
        after = {entry["id"]: entry for entry in new}
        if any(not statement.is_header for statement in self._statements((table,))):  # zone = [ {…}, {…} ]
            self._remove((table,))
            before = {}
        for name, (path, entry) in before.items():
            if name in after:
                self.edit_table(path, entry, after[name])
            else:
                for block in self._owned[path]:
                    self._remove_block(block)
        added = [entry_text(table, entry) for name, entry in after.items() if name not in before]
        if added:
            self._insert(self._end_of(table), "".join("\n" + text for text in added))

    def _end_of(self, table: str) -> int:
        """Give where a table's new entries go: after its last, else after those of the tables before it."""
        order = list(TABLES)
        for name in reversed(order[: order.index(table) + 1]):
            ends = [block.end for block in self._blocks if block.path[:1] == (name,)]
            if ends:
                return ends[-1]
        return len(self._outline.text)


def _reorder(text: str, table: str, order: list[int], newline: str) -> str:
    """Put a table's entries in another order, where its first one stands."""
    outline = Outline(text)
    owned: dict[Path, list[_Block]] = {}
    for block in _blocks(outline):
        if block.path[:1] == (table,):
            owned.setdefault(_owner(block.path), []).append(block)
    texts = ["".join(text[block.start : block.end] for block in owned[(table, place)]) for place in order]
    parts, at = [], 0
    for block in sorted((block for blocks in owned.values() for block in blocks), key=lambda block: block.start):
        gap = text[at : block.start]
        if at == 0:
            parts += [gap, newline.join(texts)]
        else:
            parts.append(gap if gap.strip() else "")
        at = block.end
    return "".join([*parts, text[at:]])
