"""Sessions of browsers, and failed attempts to open one. Only digests are kept: a copied database opens nothing."""

from collections.abc import Iterable
from datetime import datetime
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


def failures(database: Database, keys: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """Give (how many, when last) of failed attempts, for each key that has some."""
    with database.read() as connection:
        rows = connection.execute(select(attempts).where(attempts.c.key.in_(list(keys))))
        return {row.key: (row.failures, row.last_at) for row in rows}


def note_failure(database: Database, keys: Iterable[str], *, now: datetime, forget_before: datetime) -> None:
    """Count a failed attempt under each key; counts that are old begin again."""
    with database.write() as connection:
        connection.execute(delete(attempts).where(attempts.c.last_at < forget_before))
        for key in sorted(keys):
            grown = update(attempts).where(attempts.c.key == key).values(failures=attempts.c.failures + 1, last_at=now)
            if connection.execute(grown).rowcount == 0:
                connection.execute(insert(attempts).values(key=key, failures=1, last_at=now))


def forget_failures(database: Database, keys: Iterable[str]) -> None:
    """Begin again: who came in is no guesser."""
    with database.write() as connection:
        connection.execute(delete(attempts).where(attempts.c.key.in_(list(keys))))


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
