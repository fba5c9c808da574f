"""The one database: SQLite beside the map by default, PostgreSQL by one setting.

Every write says which topics it changes; the number of a topic grows by one in the same transaction, so that any
process that looks (a page that is open, the watch, a seal) knows cheaply that something is new. The same row is what
two writers of a topic wait for each other at: a chain of hashes grows at one end only.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, insert, make_url, select, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from cloison.errors import DatabaseError
from cloison.store import tables
from cloison.store.migrating import migrate
from cloison.words import say, verbatim

DATABASE = "cloison.db"
SETTING = "CLOISON_DATABASE"
"""Environment variable that names the database: a URL on a command line is read by all who list processes."""

_PATIENCE_SECONDS = 20
_POOL = 12
_MIGRATING = 0x636C6F69
"""Key of PostgreSQL's advisory lock while tables change: two servers that start together take turns. With a second
key, of other turns."""


class Database:
    """A connection pool, its tables up to date.

    Attributes:
        place: where it is, without its password, for errors.
    """

    def __init__(self, url: str) -> None:
        """Open it, made when there is none, and bring its tables up to date.

        Args:
            url: "sqlite:///PATH" or "postgresql://USER:PASSWORD@HOST/NAME".

        Raises:
            DatabaseError: it cannot be opened, or was written by a newer Cloison.
        """
        try:
            address = _dressed(make_url(url))
        except ArgumentError as error:
            raise DatabaseError(
                say("this is no database's address"),
                fix=say("write {sqlite} or {postgresql}", sqlite="sqlite:///PATH", postgresql="postgresql://HOST/NAME"),
                where="--database",
            ) from error
        self.place = address.render_as_string(hide_password=True)
        self._lite = address.get_backend_name() == "sqlite"
        try:
            self._engine = _engine_of(address)
            with self._told(), self._transaction(write=True) as connection:
                if not self._lite:
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
                migrate(connection)
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from error
        except ImportError as error:
            raise DatabaseError(
                say("what speaks to PostgreSQL is not installed"),
                fix=say("install it with {command}", command="pip install 'cloison[postgresql]'"),
                where=self.place,
            ) from error

    @classmethod
    def at(cls, home: Path, url: str | None = None) -> "Database":
        """Open the database of a home: the one named, else the environment's, else HOME/cloison.db.

        Raises:
            DatabaseError: see the constructor.
        """
        return cls(url or os.environ.get(SETTING) or f"sqlite:///{(home / DATABASE).absolute()}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read, all at one moment.

        Raises:
            DatabaseError: it does not answer.
        """
        with self._told(), self._transaction(write=False) as connection:
            yield connection

    @contextmanager
    def write(self, *topics: str, turn: str | None = None) -> Iterator[Connection]:
        """Write, all or nothing; when the block has ended, a power cut does not lose it.

        Args:
            topics: what changes, as open pages know it: "cases", "logbook"... None: nothing that a page shows.
            turn: writers that name the same turn wait for each other, though no page is told.

        Raises:
            DatabaseError: it does not answer, or the disk is full: nothing was written.
        """
        with self._told(), self._transaction(write=True) as connection:
            if turn is not None and not self._lite:  # SQLite has one writer at a time
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING, crc32(turn.encode()) >> 1)))
            # Sorted, so that two writers never wait for each other crosswise.
            for topic in sorted(topics):
                self._bump(connection, topic)
            yield connection

    def revision(self, *topics: str) -> int:
        """Give a number that grows with each write of these topics; of all, when none is named.

        Raises:
            DatabaseError: it does not answer.
        """
        numbers = self.revisions()
        return sum(number for topic, number in numbers.items() if not topics or topic in topics)

    def revisions(self) -> dict[str, int]:
        """Give the number of each topic ever written.

        Raises:
            DatabaseError: it does not answer.
        """
        with self.read() as connection:
            rows = connection.execute(select(tables.revisions.c.topic, tables.revisions.c.number))
            return {row.topic: row.number for row in rows}

    def close(self) -> None:
        """Let every connection go."""
        self._engine.dispose()

    def _bump(self, connection: Connection, topic: str) -> None:
        number = tables.revisions.c.number
        grown = update(tables.revisions).where(tables.revisions.c.topic == topic).values(number=number + 1)
        if connection.execute(grown).rowcount == 0:
            try:
                with connection.begin_nested():
                    connection.execute(insert(tables.revisions).values(topic=topic, number=1))
            except IntegrityError:  # another wrote this topic for the first time, meanwhile
                connection.execute(grown)

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            # SQLite: a transaction that reads first and writes later may be refused when another wrote between.
            options: dict[str, Any] = {"cloison_begin": "BEGIN IMMEDIATE" if write else "BEGIN"} if self._lite else {}
            with connection.execution_options(**options).begin():
                if not self._lite and not write:
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise self._refused(str(error.orig).splitlines()[0]) from error
        except SQLAlchemyError as error:
            raise self._refused(str(error).splitlines()[0]) from error

    def _refused(self, reason: str) -> DatabaseError:
        return DatabaseError(
            say("the database does not answer: {reason}", reason=verbatim(reason)),
            fix=say("check its address, its rights and the room left on its disk"),
            where=self.place,
        )


def _dressed(url: URL) -> URL:
    """Name the driver that we carry."""
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"} or (url.drivername == "sqlite" and not url.database):
        raise ArgumentError(url.drivername)
    return url


def _engine_of(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_size=_POOL, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made before SQLite does, for its owner alone; its journal files take the same rights.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = create_engine(
        url, pool_size=_POOL, connect_args={"timeout": _PATIENCE_SECONDS, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("cloison_begin", "BEGIN"))
