"""The sheet that every picture is drawn on, and how it is written: as a picture or as data, by the file's name.

No picture says anything by colour alone: lines differ by dash and mark, and each bears its name.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from cloison.errors import BadValueError, UnwritableFileError
from cloison.ui.languages import Translator
from cloison.words import say, verbatim

INK, PAPER, SUSPECT, LOST = "#14202b", "#fbfaf7", "#b3541e", "#7a1022"
KEPT, CALM, MUTE = "#1d6b4f", "#3d6b8e", "#6b7178"
"""The palette of every screen."""

PICTURES, DATA = (".svg", ".png", ".pdf"), (".csv", ".json")

_STYLE: Mapping[Any, Any] = MappingProxyType(
    {
        "font.size": 11.0,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "hatch.linewidth": 0.6,
        # Text stays text, to be searched and read aloud; the same data give the same bytes.
        "svg.fonttype": "none",
        "svg.hashsalt": "cloison",
        "pdf.fonttype": 42,
    }
)
_METADATA: Mapping[str, Mapping[str, None]] = MappingProxyType(
    {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {"Software": None}}
)


def check_suffix(path: Path) -> None:
    """Refuse a file whose name does not say how to write it, before any long work.

    Raises:
        BadValueError: its suffix is none of `PICTURES` and `DATA`.
    """
    if path.suffix.lower() not in PICTURES + DATA:
        raise BadValueError(
            say("the name of this file does not say what to write in it"),
            fix=say("end it with one of {endings}", endings=", ".join(PICTURES + DATA)),
            where=str(path),
        )


class Sheet:
    """One picture, one pair of axes.

    Args:
        title: what the picture shows, in one line.
        across: name of the horizontal axis.
        upward: name of the vertical axis.
        words: the reader's language, for the numbers.
    """

    def __init__(self, title: str, across: str, upward: str, words: Translator) -> None:
        with mpl.rc_context(dict(_STYLE)):
            self._figure = Figure(figsize=(9.0, 5.2), dpi=150, layout="constrained")
            self.axes: Axes = self._figure.add_subplot()
            self.axes.set_title(title, loc="left", fontweight="bold")
            self.axes.set_xlabel(across)
            self.axes.set_ylabel(upward)
            self.axes.grid(visible=True, axis="y", color=MUTE, alpha=0.25, linewidth=0.6)
        self._words = words
        self.write_numbers()

    def write_numbers(self) -> None:
        """Write the numbers of both axes as the reader does; again after a change of scale."""
        for axis in (self.axes.xaxis, self.axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _place: _short(value, self._words)))

    def rendered(self, suffix: str) -> bytes:
        """Give the picture in one of `PICTURES`."""
        written = io.BytesIO()
        with mpl.rc_context(dict(_STYLE)):
            self._figure.savefig(written, format=suffix.removeprefix("."), metadata=dict(_METADATA[suffix]))
        return written.getvalue()


def tabled(rows: Sequence[Mapping[str, object]], suffix: str) -> bytes:
    """Give rows of data in one of `DATA`; all rows have the same keys."""
    if suffix == ".json":
        return (json.dumps({"version": 1, "rows": [dict(row) for row in rows]}, indent=2) + "\n").encode()
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        UnwritableFileError: it cannot be written; what was there is untouched.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise UnwritableFileError(
            say("the picture cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another file"),
            where=str(path),
        ) from error


def _short(value: float, words: Translator) -> str:
    return words.number(value, 0 if value == round(value) else 1 if value * 10 == round(value * 10) else 2)
