"""Tokens of the API; only digests are kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, select, update

from cloison.model.noun import noun
from cloison.model.people import PersonId, Right
from cloison.store.database import Database
from cloison.store.tables import tokens

_USED_EVERY = timedelta(minutes=1)


@noun
class Token:
    """What a program shows to speak for a person.

    Attributes:
        scopes: the rights that it has, if the person has them.
        revoked_at: when somebody ended it early.
    """

    id: str
    person: PersonId
    name: str
    scopes: frozenset[Right]
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


def add_token(database: Database, token: Token, digest: str) -> None:
    """Keep a token."""
    with database.write() as connection:
        connection.execute(
            insert(tokens).values(
                id=token.id,
                digest=digest,
                person=token.person,
                name=token.name,
                scopes=" ".join(sorted(scope.value for scope in token.scopes)),
                created_at=token.created_at,
                ends_at=token.ends_at,
            )
        )


def token_of(database: Database, digest: str, *, now: datetime) -> Token | None:
    """Find a token that is still good, and note that it served."""
    good = and_(tokens.c.digest == digest, tokens.c.ends_at > now, tokens.c.revoked_at.is_(None))
    with database.read() as connection:
        row = connection.execute(select(tokens).where(good)).first()
    if row is None:
        return None
    if row.used_at is None or now - row.used_at > _USED_EVERY:
        with database.write() as connection:
            connection.execute(update(tokens).where(tokens.c.digest == digest).values(used_at=now))
    return _token(row)


def tokens_kept(database: Database, person: PersonId | None = None) -> tuple[Token, ...]:
    """Give the tokens of a person, or all, the latest first."""
    wanted = select(tokens).order_by(tokens.c.created_at.desc())
    with database.read() as connection:
        rows = connection.execute(wanted if person is None else wanted.where(tokens.c.person == person))
        return tuple(_token(row) for row in rows)


def revoke_token(database: Database, id: str, *, now: datetime) -> bool:  # noqa: A002 - the column's own name
    """End a token; False when there is none, or it was ended."""
    one = and_(tokens.c.id == id, tokens.c.revoked_at.is_(None))
    with database.write() as connection:
        return connection.execute(update(tokens).where(one).values(revoked_at=now)).rowcount == 1


def _token(row: Any) -> Token:  # noqa: ANN401 - a row of the table
    return Token(
        id=row.id,
        person=PersonId(row.person),
        name=row.name,
        scopes=frozenset(Right(scope) for scope in row.scopes.split()),
        created_at=row.created_at,
        ends_at=row.ends_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
