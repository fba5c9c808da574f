"""The whole database as plain rows, for SQLite and PostgreSQL alike: out at one moment, in as one transaction.

Rows are as the tables hold them at the revision of the migrations that they bear. To come in, they first fill a scratch
SQLite of that very revision, which is then migrated: a backup of an earlier Cloison is read by a later one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from cloison.errors import BadBackupError, DatabaseError
from cloison.store.database import Database
from cloison.store.migrating import migrate
from cloison.words import say

Rows: TypeAlias = dict[str, list[dict[str, Any]]]

REVISION = "alembic_version"
PASSING = frozenset({"sessions", "links", "attempts"})
"""Of the moment: who is signed in, links not yet followed, wrong passwords. Never kept."""
SECRETS = frozenset({"credentials", "tokens"})
_AT_ONCE = 500


def rows_of(database: Database, *, without: frozenset[str] = frozenset()) -> tuple[str, Rows]:
    """Read every table at one moment.

    Args:
        database: which.
        without: tables left out.

    Returns:
        The revision of the migrations, and the rows by table.

    Raises:
        DatabaseError: it does not answer.
    """
    with database.read() as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        tables = _tables(connection)
        return revision, {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables
            if table.name not in without
        }


def is_empty(database: Database) -> bool:
    """Tell whether nobody and nothing is kept there."""
    with database.read() as connection:
        return not any(
            connection.execute(select(table).limit(1)).first()
            for table in _tables(connection)
            if table.name != "revisions"
        )


@contextmanager
def scratch(folder: Path, revision: str, rows: Mapping[str, list[dict[str, Any]]]) -> Iterator[Database]:
    """Fill a database of its own with rows, brought up to date, to be looked at before anything is replaced.

    Raises:
        BadBackupError: the rows are not those of this revision, or a newer Cloison wrote them.
    """
    path = folder / "scratch.db"
    engine = create_engine(f"sqlite:///{path.absolute()}")
    try:
        with engine.begin() as connection:
            migrate(connection, to=revision)
            _fill(connection, rows)
    except (DatabaseError, SQLAlchemyError, KeyError, TypeError, AttributeError) as error:
        raise BadBackupError(
            say("the database in this backup is not one that this Cloison can read"),
            fix=say("restore it with the Cloison that made it, or a later one"),
            where=revision,
        ) from error
    finally:
        engine.dispose()
    database = Database(f"sqlite:///{path.absolute()}")
    try:
        yield database
    finally:
        database.close()


def replace_rows(database: Database, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put rows in the place of all that a database of the same revision holds, all or nothing.

    Raises:
        DatabaseError: it does not answer; nothing was replaced.
    """
    with database.write() as connection:
        for table in reversed(_tables(connection)):
            connection.execute(delete(table))
        _fill(connection, rows)


def _fill(connection: Connection, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    tables = {table.name: table for table in _tables(connection)}
    unknown = rows.keys() - tables.keys()
    if unknown:
        raise KeyError(*unknown)
    for name, table in tables.items():
        theirs = rows.get(name, [])
        for start in range(0, len(theirs), _AT_ONCE):
            connection.execute(insert(table), theirs[start : start + _AT_ONCE])
        if theirs and connection.dialect.name == "postgresql":
            _go_on_counting(connection, table)


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL counts apart from its rows: the next number must come after those that were put in."""
    for column in table.primary_key.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        ).scalar()
        if sequence:
            last = connection.execute(select(func.max(column))).scalar()
            connection.execute(select(func.setval(sequence, last)))


def _tables(connection: Connection) -> list[Table]:
    """Read the tables as they are there, those that others point at first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != REVISION]
