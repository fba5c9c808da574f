"""Consoles to try: a demonstration, and one that people sign in to."""

from pathlib import Path
from tempfile import mkdtemp

from cloison.ops.story import Story
from cloison.store.database import Database
from cloison.ui.languages import LANGUAGES, Translator
from cloison.ui.web.console import Console

PARIS = {language: Translator(language, "Europe/Paris") for language in LANGUAGES}


def demonstration(story: Story) -> Console:
    """A console that shows a story to whoever comes."""
    home = Path(mkdtemp(prefix="cloison-test-"))
    return Console(home, home / "hospital.toml", Database.at(home), story=story, languages=PARIS)
