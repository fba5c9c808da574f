"""The notices that wait to be sent, and those that were: a queue that a crash neither empties nor repeats."""

from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from cloison.model.notice import KeptNotice, Notice, NoticeStatus
from cloison.store import tables
from cloison.store.database import Database
from cloison.store.documents import read_back, written

TOPIC = "notices"


def put_notice(connection: Connection, notice: Notice, now: datetime) -> None:
    """Queue a notice within a transaction that writes what it tells, so that both are kept or neither."""
    row = {"at": now, "status": NoticeStatus.WAITING.value, "attempts": 0, "next_at": now, "document": written(notice)}
    connection.execute(insert(tables.notices).values(row))


def queue_notice(database: Database, notice: Notice, now: datetime) -> None:
    """Queue a notice by itself.

    Raises:
        DatabaseError: it cannot be written.
    """
    with database.write(TOPIC) as connection:
        put_notice(connection, notice, now)


def claim_notice(database: Database, kept: KeptNotice, until: datetime) -> bool:
    """Take a notice that is due, so that of several who look at the queue one sends it; False: another one has.

    Args:
        database: where.
        kept: as it was read.
        until: when it is due again if who takes it dies before saying what became of it.

    Raises:
        DatabaseError: it cannot be written.
    """
    table = tables.notices
    with database.write(TOPIC) as connection:
        taken = connection.execute(
            update(table)
            .where(
                table.c.id == kept.number,
                table.c.status == NoticeStatus.WAITING.value,
                table.c.next_at == kept.next_at,
            )
            .values(next_at=until)
        )
    return taken.rowcount == 1


def mark_notice(database: Database, kept: KeptNotice) -> None:
    """Write what became of a notice.

    Raises:
        DatabaseError: it cannot be written.
    """
    with database.write(TOPIC) as connection:
        connection.execute(
            update(tables.notices)
            .where(tables.notices.c.id == kept.number)
            .values(
                status=kept.status.value,
                attempts=kept.attempts,
                next_at=kept.next_at,
                document=written(kept.notice),
            )
        )


def waiting_notices(database: Database) -> tuple[KeptNotice, ...]:
    """Give what waits to be sent, the oldest first.

    Raises:
        DatabaseError: it cannot be read.
    """
    wanted = (
        select(tables.notices)
        .where(tables.notices.c.status == NoticeStatus.WAITING.value)
        .order_by(tables.notices.c.id)
    )
    with database.read() as connection:
        return tuple(_kept(row) for row in connection.execute(wanted))


def notices(database: Database, *, since: datetime | None = None, limit: int = 200) -> tuple[KeptNotice, ...]:
    """Give notices, the latest first.

    Raises:
        DatabaseError: they cannot be read.
    """
    wanted = select(tables.notices).order_by(tables.notices.c.id.desc()).limit(limit)
    if since is not None:
        wanted = wanted.where(tables.notices.c.at >= since)
    with database.read() as connection:
        return tuple(_kept(row) for row in connection.execute(wanted))


def _kept(row: Row[tuple[object, ...]]) -> KeptNotice:
    return KeptNotice(
        number=row.id,
        at=row.at,
        status=NoticeStatus(row.status),
        attempts=row.attempts,
        next_at=row.next_at,
        notice=read_back(Notice, row.document, where=f"notices/{row.id}"),
    )
