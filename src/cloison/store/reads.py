"""Who read what: the map is a prize, and after an incident one asks who looked at it."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from cloison.model.noun import noun
from cloison.model.people import Visitor
from cloison.store.database import Database
from cloison.store.tables import reads


@noun
class Read:
    """One reading.

    Attributes:
        what: the page, or the path of the API.
        token: id of the token that read, if one did.
    """

    at: datetime
    who: str
    what: str
    address: str
    person: str | None = None
    token: str | None = None


def note_read(database: Database, visitor: Visitor, what: str, *, address: str, now: datetime) -> None:
    """Keep that somebody is about to read.

    Raises:
        DatabaseError: it cannot be kept: then it must not be shown.
    """
    with database.write() as connection:
        connection.execute(
            insert(reads).values(
                at=now,
                who=visitor.name[:120],
                person=visitor.person.id if visitor.person else None,
                token=visitor.token,
                what=what[:200],
                address=address[:64],
            )
        )


def reads_kept(database: Database, *, most: int = 200, before: int | None = None) -> tuple[tuple[int, Read], ...]:
    """Give (number, reading), the latest first; `before` a number, for the next page."""
    wanted = select(reads).order_by(reads.c.id.desc()).limit(most)
    with database.read() as connection:
        rows = connection.execute(wanted if before is None else wanted.where(reads.c.id < before)).all()
    return tuple(
        (
            row.id,
            Read(at=row.at, who=row.who, what=row.what, address=row.address, person=row.person, token=row.token),
        )
        for row in rows
    )


def forget_reads(database: Database, *, before: datetime) -> int:
    """Forget what was read before a moment; gives how many."""
    with database.write() as connection:
        return connection.execute(delete(reads).where(reads.c.at < before)).rowcount
