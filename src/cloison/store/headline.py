"""What the frame of every page says: is there an incident, since when, and what was written last."""

from datetime import datetime

from sqlalchemy import select

from cloison.model.noun import noun
from cloison.store.database import Database
from cloison.store.tables import cases

OPEN = "open"


@noun
class Headline:
    """The incident that pages are about.

    Attributes:
        opened_at: T0.
        drill: an exercise: every page says so.
    """

    case: str
    opened_at: datetime
    drill: bool


def headline(database: Database) -> Headline | None:
    """Give the open case: a real one before a drill, then the oldest; None when all is quiet."""
    wanted = (
        select(cases.c.id, cases.c.opened_at, cases.c.drill)
        .where(cases.c.status == OPEN)
        .order_by(cases.c.drill, cases.c.opened_at)
    )
    with database.read() as connection:
        row = connection.execute(wanted.limit(1)).first()
    return Headline(case=row.id, opened_at=row.opened_at, drill=row.drill) if row else None
