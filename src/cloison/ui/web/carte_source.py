"""Where the Carte of a console comes from: its map, made ready once, and what is known of it now."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from weakref import WeakKeyDictionary

from cloison.errors import CloisonError
from cloison.model.finding import Evidence
from cloison.model.hospital import Hospital
from cloison.ops.overview import Overview, of_now, of_story
from cloison.ops.sightings import Lookout
from cloison.ui.web.carte import Grounds
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_view import desk_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A map and its state.

    Attributes:
        files: those that the evidence of leaks names, by origin.
    """

    grounds: Grounds
    overview: Overview
    files: Sequence[str]

    def record_of(self, evidence: Evidence) -> str:
        """Name a record: file and place in it."""
        return f"{self.files[evidence.origin]}:{evidence.record}"


class _Kept:
    """What is made once for a console, and again when its map changes."""

    def __init__(self, console: Console) -> None:
        self.lookout = Lookout(console.home)
        self.told = of_story(console.story) if console.story is not None else None
        self._grounds: Grounds | None = None
        self._making = Lock()

    def grounds_of(self, hospital: Hospital) -> Grounds:
        with self._making:
            if self._grounds is None or self._grounds.hospital is not hospital:
                self._grounds = Grounds(hospital)
            return self._grounds


_KEPT: WeakKeyDictionary[Console, _Kept] = WeakKeyDictionary()


def warm(console: Console) -> Thread:
    """Make a map ready beside, while nobody waits for it: a large one takes seconds, and the first visitor none."""

    def make() -> None:
        with suppress(CloisonError):  # the page will say it
            known_of(console)

    thread = Thread(target=make, name="carte-warming", daemon=True)
    thread.start()
    return thread


def known_of(console: Console) -> Known | None:
    """Give what a console shows of its map; None: there is none, or nothing in it.

    Raises:
        BadMapError, MissingFileError: the map cannot be read.
        DatabaseError, BadJournalError: see `of_now`.
    """
    kept = _KEPT.get(console) or _KEPT.setdefault(console, _Kept(console))
    if console.story is not None and kept.told is not None:
        hospital, overview, sources = console.story.hospital, kept.told, console.story.analysis.sources
    else:
        found = console.map_on_disk.hospital()
        if found is None:
            return None
        hospital, sightings = found, kept.lookout.sightings(found, console.map)
        overview, sources = of_now(desk_of(console), hospital, sightings), sightings.sources
    if not hospital.zones:
        return None
    return Known(grounds=kept.grounds_of(hospital), overview=overview, files=[each.path for each in sources])
