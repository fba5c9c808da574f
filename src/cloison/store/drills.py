"""Exercises that were held: one document each, the latest first."""

from sqlalchemy import insert, select

from cloison.errors import UnknownIdError
from cloison.model.drill import Drill, DrillId
from cloison.store import tables
from cloison.store.database import Database
from cloison.store.documents import read_back, written
from cloison.words import say

TOPIC = "drills"
DONE = "done"


def save_drill(database: Database, drill: Drill) -> None:
    """Keep an exercise that is over.

    Raises:
        DatabaseError: it cannot be written.
    """
    row = {"id": drill.id, "at": drill.moments[0].at, "status": DONE, "document": written(drill)}
    with database.write(TOPIC) as connection:
        connection.execute(insert(tables.drills).values(row))


def drills(database: Database) -> tuple[Drill, ...]:
    """Give all exercises, the latest first.

    Raises:
        DatabaseError: they cannot be read.
        BadValueError: a document is damaged.
    """
    wanted = select(tables.drills.c.id, tables.drills.c.document).order_by(
        tables.drills.c.at.desc(), tables.drills.c.id.desc()
    )
    with database.read() as connection:
        rows = connection.execute(wanted).all()
    return tuple(read_back(Drill, row.document, where=f"drills/{row.id}") for row in rows)


def load_drill(database: Database, drill: DrillId) -> Drill:
    """Give one exercise.

    Raises:
        UnknownIdError: there is none of that name.
        DatabaseError, BadValueError: see `drills`.
    """
    with database.read() as connection:
        document = connection.execute(
            select(tables.drills.c.document).where(tables.drills.c.id == drill)
        ).scalar_one_or_none()
    if document is None:
        raise UnknownIdError(
            say("there is no such exercise"),
            fix=say("see them with {command}", command="cloison drill --list"),
            where=drill,
        )
    return read_back(Drill, document, where=f"drills/{drill}")
