"""The rules of people: who may have an account, what a password must be, how the first one comes in."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from cloison.errors import BadValueError, NotAllowedError, UnknownIdError
from cloison.model.people import RIGHTS, Person, PersonId, Right, Role
from cloison.store.accounts import (
    Credential,
    Kind,
    add_credentials,
    add_link,
    add_person,
    change_person,
    credentials_of,
    everyone,
    link_of,
    person_of,
    remove_credentials,
    use_link,
)
from cloison.store.database import Database
from cloison.store.sessions import end_sessions_of
from cloison.words import say

LINK_LASTS = timedelta(minutes=30)
INVITATION_LASTS = timedelta(hours=24)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
"""NIST SP 800-63B section 5.1.1.2 asks for 8 at least and no rules of composition; 12, for a map is a prize."""
_FEWEST_SIGNS = 5
LONGEST_NAME = 80

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
"""Argon2id, 46 MiB, one pass, one lane: first of the settings of OWASP's password storage cheat sheet."""
_AT_ONCE = BoundedSemaphore(2)
"""Passwords hashed at the same time: who sends thousands must not fill the memory of an old laptop."""


def digest_of(secret: str) -> str:
    """Give what is kept of a random secret of 128 bits or more: nobody finds it back, and no salt is needed."""
    return sha256(secret.encode()).hexdigest()


def first_link(database: Database, *, now: datetime) -> str | None:
    """Make the one-time link of the first start; None when somebody has an account already.

    Returns:
        What the link holds; it is kept nowhere.
    """
    return None if everyone(database) else _new_link(database, None, now=now, lasts=LINK_LASTS)


def rescue_link(database: Database, login: str | None, *, now: datetime) -> tuple[str, Person | None]:
    """Make a one-time link for someone who is locked out: who may read the home may.

    Without a login, it is for the administrator who came first, or the first start's when nobody has an account.

    Raises:
        UnknownIdError: nobody has this login.
    """
    if login is not None:
        person = person_of(database, login=folded(login))
    else:
        chiefs = [one for one in everyone(database) if one.role is Role.ADMINISTRATOR and one.active]
        person = min(chiefs, key=lambda one: one.created_at, default=None)
    if person is None and (login is not None or everyone(database)):
        raise UnknownIdError(
            say("nobody has this account"),
            fix=say("name another login: {known}", known=", ".join(one.login for one in everyone(database)[:20])),
            where=login or "--new-link",
        )
    lasts = LINK_LASTS if person is None else INVITATION_LASTS
    return _new_link(database, person.id if person else None, now=now, lasts=lasts), person


def invite(database: Database, person: PersonId, *, now: datetime) -> str:
    """Make a one-time link by which a person chooses a password: for a new account, or for one who lost everything."""
    return _new_link(database, person, now=now, lasts=INVITATION_LASTS)


def whose_link(database: Database, link: str, *, now: datetime) -> Person | None:
    """Give whom a link is for; None: the first start's.

    Raises:
        NotAllowedError: it served, or it is over.
    """
    found = link_of(database, digest_of(link), now=now)
    person = person_of(database, id=found[0]) if found and found[0] else None
    if found is None or (found[0] and (person is None or not person.active)) or (not found[0] and everyone(database)):
        raise _void()
    return person


def accept(database: Database, link: str, password: str, *, login: str, name: str, now: datetime) -> Person:
    """Follow a one-time link: choose a password, and at the first start make the administrator's account.

    The login and the name are read at the first start only.

    Raises:
        NotAllowedError: the link served, or is over.
        BadValueError: the password, the login or the name is refused; the link still serves.
    """
    person = whose_link(database, link, now=now)
    fresh = person or new_person(login, name, Role.ADMINISTRATOR, now=now)
    check_password(password, fresh)
    if not use_link(database, digest_of(link), now=now):
        raise _void()
    proof = password_of(fresh.id, password, now=now)
    if person is None:
        add_person(database, fresh, proof)
        return fresh
    # Who follows a rescue link has lost the rest too: an old second factor may be in other hands.
    remove_credentials(database, fresh.id)
    add_credentials(database, proof)
    end_sessions_of(database, fresh.id)
    return fresh


def new_person(login: str, name: str, role: Role, *, now: datetime, wall: bool = False) -> Person:
    """Make an account's noun.

    Raises:
        BadValueError: the login or the name is refused.
    """
    person = Person(
        id=PersonId(secrets.token_hex(8)),
        login=folded(login),
        name=" ".join(name.split()),
        role=role,
        created_at=now,
        wall=wall,
    )
    return checked(person)


def checked(person: Person) -> Person:
    """Check what people typed of an account.

    Raises:
        BadValueError: the login, the name or the role is refused.
    """
    if not person.login or len(person.login) > LONGEST_NAME or not person.login.isprintable() or " " in person.login:
        raise BadValueError(
            say("a login is one word of {n} signs at most", n=LONGEST_NAME),
            fix=say("write it as in {example}", example="a.durand"),
            where="login",
        )
    if not person.name or len(person.name) > LONGEST_NAME or not person.name.isprintable():
        raise BadValueError(
            say("a person has a name, of {n} signs at most", n=LONGEST_NAME),
            fix=say("write it as in {example}", example="A. Durand"),
            where="name",
        )
    if person.wall and RIGHTS[person.role] != {Right.READ}:
        raise BadValueError(
            say("a screen on a wall only reads: nobody stands before it"),
            fix=say("give it the role of a reader"),
            where="role",
        )
    return person


def change(database: Database, person: Person) -> None:
    """Replace an account's name, role or state; its sessions end, for they hold the old rights.

    Raises:
        BadValueError: what was typed is refused.
        NotAllowedError: no administrator would be left.
    """
    others = [one for one in everyone(database) if one.id != person.id]
    before = person_of(database, id=person.id)
    chief = person.active and person.role is Role.ADMINISTRATOR
    if not chief and not any(one.active and one.role is Role.ADMINISTRATOR for one in others):
        raise NotAllowedError(
            say("no administrator would be left"),
            fix=say("make another person administrator first"),
            where=person.login,
        )
    change_person(database, checked(person))
    if before is None or (before.role, before.active, before.wall) != (person.role, person.active, person.wall):
        end_sessions_of(database, person.id)


def speak(database: Database, person: Person, language: str) -> None:
    """Remember a person's language."""
    change_person(database, replace(person, language=language))


def check_password(password: str, person: Person) -> None:
    """Refuse a password that is guessed first.

    Raises:
        BadValueError: it is too short, too long, too simple, or says the person's own name.
    """
    said = password.casefold()
    names = {word for word in (person.login, *person.name.casefold().split(), "cloison") if len(word) > 3}  # noqa: PLR2004
    simple = len(set(said)) < _FEWEST_SIGNS or any(name in said for name in names)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or simple:
        raise BadValueError(
            say(
                "a password has {least} signs at least, {most} at most, and not your name",
                least=SHORTEST_PASSWORD,
                most=LONGEST_PASSWORD,
            ),
            fix=say("four words that nobody would put together are easy to remember"),
            where="password",
        )


def password_of(person: PersonId, password: str, *, now: datetime) -> Credential:
    """Make what is kept of a password (Argon2id, RFC 9106)."""
    with _AT_ONCE:
        hashed = _HASHER.hash(password)
    return Credential(
        id=secrets.token_hex(16),
        person=person,
        kind=Kind.PASSWORD,
        name="",
        secret=hashed,
        created_at=now,
    )


def change_password(database: Database, person: Person, password: str, *, now: datetime, but: str | None) -> None:
    """Replace a password; the person's sessions end, but the one whose digest is given.

    Raises:
        BadValueError: it is refused.
    """
    check_password(password, person)
    add_credentials(database, password_of(person.id, password, now=now), replacing=Kind.PASSWORD)
    end_sessions_of(database, person.id, but=but)


def right_password(database: Database, person: Person | None, password: str) -> bool:
    """Whether a password is a person's; takes as long for nobody's."""
    kept = credentials_of(database, person.id, Kind.PASSWORD) if person else ()
    typed = password[: LONGEST_PASSWORD + 1]
    with _AT_ONCE:
        if not kept:
            _HASHER.hash(typed)
            return False
        try:
            return _HASHER.verify(kept[0].secret, typed)
        except Argon2Error:
            return False


def folded(login: str) -> str:
    """Give a login as it is compared."""
    return login.strip().casefold()


def _new_link(database: Database, person: PersonId | None, *, now: datetime, lasts: timedelta) -> str:
    link = secrets.token_urlsafe(24)
    add_link(database, digest_of(link), person=person, now=now, ends_at=now + lasts)
    return link


def _void() -> NotAllowedError:
    return NotAllowedError(
        say("this link served already, or is over"),
        fix=say(
            "ask an administrator for another; on the server, {command} prints one", command="cloison serve --new-link"
        ),
        where="link",
    )
