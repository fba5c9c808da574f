"""The frame of every page: what never leaves the top, and the foot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cloison.model.logbook import Entry
from cloison.ops.story import Story
from cloison.store import logbook
from cloison.store.headline import headline
from cloison.store.sessions import Stage
from cloison.store.settings import LOCKING, ON_CALL
from cloison.ui.web.console import Console
from cloison.ui.web.screen import Place, places
from cloison.ui.web.session import Asking

NIGHT = "screen and (prefers-color-scheme: dark)"
THEMES: Mapping[str, str] = {"day": "not all", "night": "screen"}
LAST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What `base.html` shows around a page.

    Attributes:
        path: the page's own address, for the link that changes the language.
        opened_at: T0; None when there is no incident.
        first_act: the intruder's first known act.
        on_call: name and telephone; empty: not said.
        person: who is signed in; empty in a demonstration.
        csrf: what forms send back, in a field "csrf".
        lock_after: seconds without a gesture before the page locks; 0: never.
        strip: the logbook's last entries, newest first.
        live: server-sent events may be followed at /events.
        night: when the night's sheet applies, a media query; the reader's choice is in the cookie "theme".
    """

    hospital: str
    path: str
    places: Sequence[Place]
    drill: bool = False
    opened_at: datetime | None = None
    first_act: datetime | None = None
    read_up_to: datetime | None = None
    on_call: str = ""
    telephone: str = ""
    person: str = ""
    csrf: str = ""
    lock_after: int = 0
    strip: Sequence[Entry] = ()
    live: bool = False
    night: str = NIGHT


def frame_of_story(story: Story, path: str) -> Frame:
    """Give the frame of a demonstration."""
    return Frame(
        hospital=story.hospital.name,
        path=path,
        places=[place for place in places() if place.in_story],
        drill=story.drill,
        opened_at=story.incident.opened_at,
        first_act=story.incident.first_act,
        read_up_to=story.analysis.window_end,
    )


def frame_of(console: Console, asking: Asking, path: str) -> Frame:
    """Give the frame of a page of the console; who is not let in learns nothing from it.

    Raises:
        DatabaseError: the database does not answer.
    """
    if console.story is not None:
        return frame_of_story(console.story, path)
    if asking.stage is not Stage.OPEN:
        return Frame(hospital="", path=path, places=(), csrf=asking.visitor.csrf)
    incident = headline(console.database)
    on_call = ON_CALL.of(console.database)
    person = asking.visitor.person
    locks = person is not None and not person.wall and console.entrance is not None
    return Frame(
        hospital=console.map_on_disk.name(),
        path=path,
        places=[place for place in places() if place.live and place.right in asking.visitor.rights],
        drill=incident is not None and incident.drill,
        opened_at=incident.opened_at if incident else None,
        on_call=on_call.name,
        telephone=on_call.telephone,
        person=asking.visitor.name,
        csrf=asking.visitor.csrf,
        lock_after=LOCKING.of(console.database).idle_minutes * 60 if locks else 0,
        strip=logbook.entries(console.database, limit=LAST_LINES),
        live=True,
    )
