"""Printing for people: safe against what attackers write in logs, plain when piped."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from cloison.ui.cli.options import someone_looks

if TYPE_CHECKING:
    from cloison.ui.case_documents import Document

# C0 and C1 controls (a terminal obeys them), bidirectional overrides and line separators (they forge text).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LONGEST = 4_000

# Rich would break a line at a no-break space, and leave a closing quotation mark alone on the next line.
_TIED = {0xA0: 0xE000, 0x202F: 0xE001}
_UNTIED = {there: here for here, there in _TIED.items()}
_PIPED_WIDTH = 110


def clean(text: str) -> str:
    """Make text from logs harmless in a terminal: controls shown as escapes, length bounded."""
    shown = _UNSAFE.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


class Screen:
    """The standard output, for people."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _PIPED_WIDTH
        self._console = Console(width=width, highlight=False, markup=False, emoji=False)

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Print one line, wrapped under its own indent."""
        pad = " " * indent
        width = max(self._console.width - indent, 20)
        lines = Text(clean(text).translate(_TIED), style=style).wrap(self._console, width) if text else [Text()]
        for part in lines:
            part.rstrip()
            part.plain = part.plain.translate(_UNTIED)
            self._console.print(Text(pad) + part if text else part, soft_wrap=True)

    def heading(self, text: str) -> None:
        """Print a heading, after an empty line."""
        self._console.print()
        self.line(text, style="bold")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
        """Print a table; the columns listed in `numbers` are set right."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, name in enumerate(columns):
            # The first column names the row: a name cut in two is no name.
            table.add_column(name, justify="right" if place in numbers else "left", overflow="fold", no_wrap=place == 0)
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self._console.print(table)


def print_json(document: "Document") -> None:
    """Print one JSON object; text that is no valid Unicode is escaped."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True, indent=2, allow_nan=False) + "\n")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far the reading is, when a person looks."""
    if not someone_looks():
        yield lambda _done, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, everything: bar.update(task, completed=done, total=everything or None)
