"""The kit as a PDF, through Typst: no network, no font of the system's."""

import json
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import typst

from cloison.ops.kit import Kit
from cloison.ui.kit.sheets import pages
from cloison.ui.languages import Translator


def kit_pdf(kit: Kit, words: Translator) -> bytes:
    """Lay the kit out on A4, in black and white.

    Returns:
        PDF, with bookmarks and its text tagged for screen readers.
    """
    said = json.dumps(pages(kit, words), ensure_ascii=False)
    with as_file(files("cloison.ui.kit") / "kit.typ") as source:
        made = typst.compile(
            source, format="pdf", font_paths=[faces()], ignore_system_fonts=True, sys_inputs={"kit": said}
        )
    if not isinstance(made, bytes):
        raise TypeError(made)  # several pages of pictures: never for a PDF
    return made


def faces() -> Path:
    """Find DejaVu Sans, which matplotlib carries, without starting matplotlib.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name="matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
