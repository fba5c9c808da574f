"""The rules of settings that people change."""

from datetime import datetime

from cloison.errors import BadValueError
from cloison.ops.accounts import LONGEST_NAME
from cloison.store.database import Database
from cloison.store.settings import LOCKING, ON_CALL, Locking, OnCall
from cloison.words import say

LEAST_IDLE, MOST_IDLE = 1, 120
"""Minutes: a session that never locks is the open door of the nurses' desk."""
LEAST_SESSION, MOST_SESSION = 1, 72
"""Hours: a crisis cell's relief comes every twelve, and three days is the longest without sleep at home."""


def set_on_call(database: Database, name: str, telephone: str, *, by: str, now: datetime) -> None:
    """Say who is on call; empty: nobody said.

    Raises:
        BadValueError: it is too long, or holds signs that do not print.
    """
    said = OnCall(name=" ".join(name.split()), telephone=" ".join(telephone.split()))
    for place, text in (("name", said.name), ("telephone", said.telephone)):
        if len(text) > LONGEST_NAME or not (text.isprintable() or not text):
            raise BadValueError(
                say("a name and a telephone have {n} signs at most", n=LONGEST_NAME),
                fix=say("write it shorter"),
                where=place,
            )
    ON_CALL.change(database, said, by=by, now=now)


def set_locking(database: Database, idle_minutes: str, session_hours: str, *, by: str, now: datetime) -> None:
    """Say when sessions lock and end.

    Raises:
        BadValueError: a number is out of bounds, or is none.
    """
    idle = _whole(idle_minutes, LEAST_IDLE, MOST_IDLE, "idle_minutes")
    session = _whole(session_hours, LEAST_SESSION, MOST_SESSION, "session_hours")
    LOCKING.change(database, Locking(idle_minutes=idle, session_hours=session), by=by, now=now)


def _whole(text: str, least: int, most: int, where: str) -> int:
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(most)) and least <= int(typed) <= most):
        raise BadValueError(
            say("this is no whole number from {least} to {most}", least=least, most=most),
            fix=say("correct it on the page of settings"),
            where=where,
        )
    return int(typed)
