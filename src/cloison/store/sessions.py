"""Sessions of browsers, and failed attempts to open one. Only digests are kept: a copied database opens nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from cloison.model.noun import noun
from cloison.model.people import PersonId
from cloison.store.database import Database
from cloison.store.tables import attempts, sessions


class Stage(StrEnum):
    """How far a session is.

    SECOND: the password was right, the second factor is awaited. ENROL: a second factor must be made. OPEN: let in.
    LOCKED: nobody was there for a while.
    """

    SECOND = "second"
    ENROL = "enrol"
    OPEN = "open"
    LOCKED = "locked"


@noun
class Session:
    """One browser of one person.

    Attributes:
        digest: SHA-256 of what its cookie holds.
        csrf: what its forms send back.
        seen_at: when its person last did something.
        factor: the second factor that was shown: "totp", "passkey", "recovery", "directory"; empty: none.
        challenge: what a passkey must sign now, or a TOTP secret not yet confirmed.
    """

    digest: str
    person: PersonId
    stage: Stage
    csrf: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str = ""
    agent: str = ""
    factor: str = ""
    challenge: str | None = None


def add_session(database: Database, session: Session) -> None:
    """Keep a session; those that are over go."""
    with database.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.ends_at <= session.created_at))
        connection.execute(insert(sessions).values(**_columns(session)))


def session_of(database: Database, digest: str, *, now: datetime) -> Session | None:
    """Find a session that is not over."""
    with database.read() as connection:
        row = connection.execute(
            select(sessions).where(and_(sessions.c.digest == digest, sessions.c.ends_at > now))
        ).first()
    return _session(row) if row else None


def sessions_of(database: Database, person: PersonId, *, now: datetime) -> tuple[Session, ...]:
    """Give a person's sessions that are not over, the latest seen first."""
    theirs = select(sessions).where(and_(sessions.c.person == person, sessions.c.ends_at > now))
    with database.read() as connection:
        return tuple(_session(row) for row in connection.execute(theirs.order_by(sessions.c.seen_at.desc())))


def change_session(database: Database, session: Session) -> None:
    """Replace what is known of a session."""
    with database.write() as connection:
        connection.execute(update(sessions).where(sessions.c.digest == session.digest).values(**_columns(session)))


def see_session(database: Database, digest: str, *, now: datetime) -> None:
    """Note that its person did something."""
    with database.write() as connection:
        connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))


def end_session(database: Database, digest: str) -> None:
    """Close a session."""
    with database.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.digest == digest))


def end_sessions_of(database: Database, person: PersonId, *, but: str | None = None) -> None:
    """Close a person's sessions, one excepted."""
    with database.write() as connection:
        theirs = and_(sessions.c.person == person, sessions.c.digest != (but or ""))
        connection.execute(delete(sessions).where(theirs))


def begin_guess(
    database: Database, keys: Iterable[str], pause: Callable[[str, int], timedelta], *, now: datetime, memory: timedelta
) -> timedelta:
    """Count an attempt as failed before it is looked at: who tries many at once gains nothing.

    Args:
        database: where.
        keys: the counts that it falls under.
        pause: gives, for a key and its failures, how long the next attempt must wait.
        now: the moment.
        memory: failures older than this are forgotten.

    Returns:
        How long it must wait: then it was not counted, and must not be looked at; nothing when it may.
    """
    with database.write(turn="guess") as connection:
        connection.execute(delete(attempts).where(attempts.c.last_at < now - memory))
        counted = {row.key: row for row in connection.execute(select(attempts).where(attempts.c.key.in_(list(keys))))}
        waits = (row.last_at + pause(row.key, row.failures) - now for row in counted.values())
        longest = max(waits, default=timedelta())
        if longest > timedelta():
            return longest
        for key in sorted(keys):
            if key in counted:
                grown = {"failures": attempts.c.failures + 1, "last_at": now}
                connection.execute(update(attempts).where(attempts.c.key == key).values(**grown))
            else:
                connection.execute(insert(attempts).values(key=key, failures=1, last_at=now))
    return timedelta()


def end_guess(database: Database, *, forgotten: Iterable[str], lessened: Iterable[str]) -> None:
    """Take back what a right attempt was counted for: some counts begin again, others lose this one alone."""
    with database.write(turn="guess") as connection:
        connection.execute(delete(attempts).where(attempts.c.key.in_(list(forgotten))))
        less = update(attempts).where(and_(attempts.c.key.in_(list(lessened)), attempts.c.failures > 0))
        connection.execute(less.values(failures=attempts.c.failures - 1))


def _columns(session: Session) -> dict[str, Any]:
    return {
        "digest": session.digest,
        "person": session.person,
        "stage": session.stage.value,
        "csrf": session.csrf,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
        "address": session.address[:64],
        "agent": session.agent[:200],
        "factor": session.factor,
        "challenge": session.challenge,
    }


def _session(row: Any) -> Session:  # noqa: ANN401 - a row of the table
    return Session(
        digest=row.digest,
        person=PersonId(row.person),
        stage=Stage(row.stage),
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        address=row.address,
        agent=row.agent,
        factor=row.factor,
        challenge=row.challenge,
    )
