"""Many wrong guesses at the entrance: written in the logbook, and told to people who are away."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cloison.model.logbook import Author, Draft
from cloison.model.notice import Notice, NoticeKind
from cloison.store import logbook
from cloison.store.database import Database
from cloison.store.notices import notices, queue_notice
from cloison.words import say

MANY = 10
"""Of one account or one known browser: people who mistype stop earlier, and ask."""

MANY_IN_ALL = 20
"""From one place, behind which a whole floor may stand, or at one login from anywhere."""

SILENCE = timedelta(hours=1)
"""Between two notices: who guesses from many places must not drown the telephone, nor the logbook."""


def many(counts: Mapping[str, int]) -> int:
    """Give how many wrong guesses a count has just reached, when that is worth telling; 0: it is not.

    Args:
        counts: of an attempt that was just counted, by key ("account ...", "browser ...", "place ...", "login ...").
    """
    limits = {key: MANY_IN_ALL if key.startswith(("place ", "login ")) else MANY for key in counts}
    return max((count for key, count in counts.items() if count == limits[key]), default=0)


def tell_of_guesses(database: Database, count: int, address: str, *, now: datetime) -> bool:
    """Write that there were many wrong guesses, once an hour at most; False: it was told already.

    Args:
        database: where the logbook and the notices are.
        count: wrong guesses so far.
        address: where they come from; it stays in the hospital.
        now: UTC.

    Raises:
        DatabaseError: it cannot be written.
    """
    if any(kept.notice.kind is NoticeKind.GUESSES for kept in notices(database, since=now - SILENCE)):
        return False
    said = say("{n} wrong passwords or codes last from {address}: somebody may be guessing", n=count, address=address)
    logbook.write(database, Draft(author="Cloison", kind=Author.MACHINE, text=said), now)
    text = say("many wrong passwords at the console: somebody may be guessing")
    queue_notice(database, Notice(kind=NoticeKind.GUESSES, text=text), now)
    return True
