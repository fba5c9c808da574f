"""Accounts: people, what proves who they are, and one-time links."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from cloison.errors import BadValueError
from cloison.model.noun import noun
from cloison.model.people import Person, PersonId, Role
from cloison.store.database import Database
from cloison.store.tables import credentials, links, people
from cloison.words import say

TOPIC = "people"


class Kind(StrEnum):
    """What proves who a person is."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


SECOND = frozenset({Kind.TOTP, Kind.PASSKEY})


@noun
class Credential:
    """One proof.

    Attributes:
        secret: an Argon2id hash for a password or a recovery code; a sealed secret; a passkey's public key.
        counter: of a passkey, its signatures; of a TOTP, the last time step used: no code serves twice.
    """

    id: str
    person: PersonId
    kind: Kind
    name: str
    secret: str
    created_at: datetime
    counter: int = 0
    used_at: datetime | None = None


def everyone(database: Database) -> tuple[Person, ...]:
    """Give all accounts, by name."""
    with database.read() as connection:
        return tuple(_person(row) for row in connection.execute(select(people).order_by(people.c.name, people.c.id)))


def person_of(
    database: Database,
    *,
    id: PersonId | None = None,  # noqa: A002 - the noun's own name
    login: str | None = None,
    subject: str | None = None,
) -> Person | None:
    """Find an account by one of what names it; closed ones too."""
    wanted = [
        column == value
        for column, value in ((people.c.id, id), (people.c.login, login), (people.c.subject, subject))
        if value is not None
    ]
    with database.read() as connection:
        row = connection.execute(select(people).where(or_(*wanted))).first() if wanted else None
    return _person(row) if row else None


def add_person(database: Database, person: Person, *proofs: Credential) -> None:
    """Add an account and what proves it.

    Raises:
        BadValueError: its login or its subject is another's.
    """
    try:
        with database.write(TOPIC) as connection:
            connection.execute(insert(people).values(**_columns(person)))
            for proof in proofs:
                _add(connection, proof)
    except IntegrityError as error:
        raise BadValueError(
            say("there is already an account with this login"), fix=say("choose another login"), where=person.login
        ) from error


def change_person(database: Database, person: Person) -> None:
    """Replace what is known of an account."""
    with database.write(TOPIC) as connection:
        connection.execute(update(people).where(people.c.id == person.id).values(**_columns(person)))


def credentials_of(database: Database, person: PersonId, *kinds: Kind) -> tuple[Credential, ...]:
    """Give what proves an account, oldest first: of these kinds, or of all."""
    rows = select(credentials).where(credentials.c.person == person).order_by(credentials.c.created_at)
    with database.read() as connection:
        return tuple(_credential(row) for row in connection.execute(rows) if not kinds or row.kind in kinds)


def add_credentials(database: Database, *proofs: Credential, replacing: Kind | None = None) -> None:
    """Add proofs to an account; those of the kind replaced go in the same breath.

    Raises:
        BadValueError: one of them is known already.
    """
    try:
        with database.write(TOPIC) as connection:
            if replacing is not None and proofs:
                same = and_(credentials.c.person == proofs[0].person, credentials.c.kind == replacing)
                connection.execute(delete(credentials).where(same))
            for proof in proofs:
                _add(connection, proof)
    except IntegrityError as error:
        raise BadValueError(
            say("this key is already registered"), fix=say("use it, or register another"), where=proofs[0].name
        ) from error


def use_credential(database: Database, proof: Credential, *, counter: int, now: datetime) -> bool:
    """Note that a proof served; False when it served already with this counter, or is gone.

    Two who come at once with the same code: one of them alone is let in.
    """
    one = and_(credentials.c.id == proof.id, credentials.c.counter == proof.counter)
    with database.write() as connection:
        served = connection.execute(update(credentials).where(one).values(counter=counter, used_at=now))
    return served.rowcount == 1


def remove_credential(database: Database, person: PersonId, id: str) -> bool:  # noqa: A002 - the column's own name
    """Take a proof away; False when the account has no such one. A recovery code goes as it is used."""
    one = and_(credentials.c.person == person, credentials.c.id == id)
    with database.write(TOPIC) as connection:
        return connection.execute(delete(credentials).where(one)).rowcount == 1


def remove_credentials(database: Database, person: PersonId) -> None:
    """Take every proof of an account away: who has lost all starts again by a one-time link."""
    with database.write(TOPIC) as connection:
        connection.execute(delete(credentials).where(credentials.c.person == person))


def add_link(database: Database, digest: str, *, person: PersonId | None, now: datetime, ends_at: datetime) -> None:
    """Keep the digest of a one-time link; earlier ones for the same person are void."""
    with database.write() as connection:
        same = links.c.person.is_(None) if person is None else links.c.person == person
        connection.execute(delete(links).where(same))
        connection.execute(insert(links).values(digest=digest, person=person, created_at=now, ends_at=ends_at))


def link_of(database: Database, digest: str, *, now: datetime) -> tuple[PersonId | None] | None:
    """Give whom a link is for, in a tuple of one; None when there is no such link, or not any more."""
    valid = and_(links.c.digest == digest, links.c.used_at.is_(None), links.c.ends_at > now)
    with database.read() as connection:
        row = connection.execute(select(links.c.person).where(valid)).first()
    return (row.person,) if row else None


def use_link(database: Database, digest: str, *, now: datetime) -> bool:
    """Use a link up; False when somebody did before, or it is over."""
    valid = and_(links.c.digest == digest, links.c.used_at.is_(None), links.c.ends_at > now)
    with database.write() as connection:
        return connection.execute(update(links).where(valid).values(used_at=now)).rowcount == 1


def _add(connection: Connection, proof: Credential) -> None:
    connection.execute(
        insert(credentials).values(
            id=proof.id,
            person=proof.person,
            kind=proof.kind.value,
            name=proof.name,
            secret=proof.secret,
            counter=proof.counter,
            created_at=proof.created_at,
            used_at=proof.used_at,
        )
    )


def _columns(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "role": person.role.value,
        "active": person.active,
        "wall": person.wall,
        "subject": person.subject,
        "language": person.language,
        "created_at": person.created_at,
    }


def _person(row: Row[Any]) -> Person:
    return Person(
        id=PersonId(row.id),
        login=row.login,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        wall=row.wall,
        subject=row.subject,
        language=row.language,
        created_at=row.created_at,
    )


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        id=row.id,
        person=PersonId(row.person),
        kind=Kind(row.kind),
        name=row.name,
        secret=row.secret,
        counter=row.counter,
        created_at=row.created_at,
        used_at=row.used_at,
    )
