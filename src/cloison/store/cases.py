"""The cases: one document each, with what a list of them needs beside it."""

from sqlalchemy import Connection, insert, select, update

from cloison.errors import UnknownIdError
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.store import tables
from cloison.store.database import Database
from cloison.store.documents import read_back, written
from cloison.words import say

TOPIC = "cases"


def save_case(database: Database, case: Case) -> None:
    """Write a case, new or known, as it is now.

    Raises:
        DatabaseError: it cannot be written.
    """
    with database.write(TOPIC) as connection:
        put_case(connection, case)


def put_case(connection: Connection, case: Case) -> None:
    """Write a case within a transaction that writes more."""
    row = {
        "status": case.status.value,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "changed_at": case.changed_at,
        "drill": case.drill,
        "document": written(case),
    }
    known = update(tables.cases).where(tables.cases.c.id == case.id).values(row)
    if connection.execute(known).rowcount == 0:
        connection.execute(insert(tables.cases).values(id=case.id, **row))


def load_case(database: Database, case: CaseId) -> Case:
    """Give a case.

    Raises:
        UnknownIdError: there is none of that name.
        DatabaseError: it cannot be read.
        BadValueError: its document is damaged.
    """
    with database.read() as connection:
        document = connection.execute(
            select(tables.cases.c.document).where(tables.cases.c.id == case)
        ).scalar_one_or_none()
    if document is None:
        raise UnknownIdError(say("there is no such case"), fix=say("look at the list of cases"), where=case)
    return read_back(Case, document, where=f"cases/{case}")


def cases(database: Database, *, status: CaseStatus | None = None) -> tuple[Case, ...]:
    """Give the cases, the latest opened first; those of one status when it is named.

    Raises:
        DatabaseError: they cannot be read.
        BadValueError: a document is damaged.
    """
    wanted = select(tables.cases.c.id, tables.cases.c.document).order_by(
        tables.cases.c.opened_at.desc(), tables.cases.c.id
    )
    if status is not None:
        wanted = wanted.where(tables.cases.c.status == status.value)
    with database.read() as connection:
        rows = connection.execute(wanted).all()
    return tuple(read_back(Case, row.document, where=f"cases/{row.id}") for row in rows)


def open_cases(database: Database) -> tuple[Case, ...]:
    """Give the cases that are open, the latest opened first.

    Raises:
        DatabaseError, BadValueError: see `cases`.
    """
    return cases(database, status=CaseStatus.OPEN)
