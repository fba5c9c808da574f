"""What every page of one console stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cloison.model.people import Right, Visitor
from cloison.ops.directory import Directory
from cloison.ops.entrance import Entrance
from cloison.ops.story import Story
from cloison.store.database import Database
from cloison.store.directory_file import directory_of
from cloison.store.home_key import HomeKey
from cloison.ui.languages import LANGUAGES, Translator
from cloison.ui.web.map_on_disk import MapOnDisk


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Console:
    """One console.

    Attributes:
        home: where Cloison keeps what it learns.
        map: the map's file.
        database: its accounts, logbook, cases.
        entrance: its door; None in a demonstration: whoever reaches it reads, and changes nothing.
        language: of pages before anybody chose.
        languages: what the pages speak.
        directory: the hospital's, by which people may sign in too; None: local accounts alone.
        story: what a demonstration shows.
        secure: pages travel encrypted, as far as the browser can tell.
        behind_proxy: the address of who asks is told by the proxy before us.
        loopback: only people at this machine reach it.
        hosts: names under which it answers; empty: any.
        clock: gives the time, UTC.
    """

    home: Path
    map: Path
    database: Database
    entrance: Entrance | None = None
    language: str = "fr"
    languages: Mapping[str, Translator] = field(default_factory=lambda: {one: Translator(one) for one in LANGUAGES})
    story: Story | None = None
    directory: Directory | None = None
    secure: bool = False
    behind_proxy: bool = False
    loopback: bool = True
    hosts: tuple[str, ...] = ()
    clock: Callable[[], datetime] = _now
    map_on_disk: MapOnDisk = field(init=False)

    def __post_init__(self) -> None:
        """Watch the map's file."""
        object.__setattr__(self, "map_on_disk", MapOnDisk(self.map))

    @classmethod
    def opened(cls, home: Path, map_file: Path, database: Database, **more: object) -> "Console":
        """Make a console with its entrance, and the directory when its home names one.

        Raises:
            BadValueError: the directory's file is wrong.
            BadStateError, UnwritableFileError: see `HomeKey`.
        """
        settings = directory_of(home)
        directory = Directory(settings, database) if settings else None
        return cls(home, map_file, database, Entrance(database, HomeKey.of(home)), directory=directory, **more)  # type: ignore[arg-type]


ONLOOKER = Visitor(name="", rights=frozenset({Right.READ}))
"""Who looks at a demonstration."""
