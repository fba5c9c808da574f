"""The rules of tokens: what they may do, how long they last."""

import secrets
from datetime import datetime, timedelta

from cloison.errors import BadValueError, NotAllowedError, UnknownIdError
from cloison.model.people import RIGHTS, Person, Right, Visitor
from cloison.ops.accounts import LONGEST_NAME, digest_of
from cloison.store.accounts import person_of
from cloison.store.database import Database
from cloison.store.tokens import Token, add_token, revoke_token, token_of, tokens_kept
from cloison.words import say

LONGEST = timedelta(days=366)
NEVER = frozenset({Right.APPROVE, Right.PEOPLE})
"""What no token has: a person signs plans and makes accounts."""
_PREFIX = "cloison_"
"""Lets whoever finds one in a file, or a scanner of secrets, tell what it is."""


def make_token(
    database: Database, person: Person, name: str, scopes: frozenset[Right], *, lasts: timedelta, now: datetime
) -> tuple[str, Token]:
    """Make a token that speaks for a person.

    Returns:
        What the program must send, which is kept nowhere, and what is kept.

    Raises:
        NotAllowedError: the person has not these rights, or no token may have them.
        BadValueError: it has no name, no scope or no end.
    """
    refused = scopes & NEVER or scopes - RIGHTS[person.role]
    if refused:
        raise NotAllowedError(
            say("a token of {name} cannot have this scope", name=person.name),
            fix=say("choose among {known}", known=", ".join(sorted(RIGHTS[person.role] - NEVER))),
            where=", ".join(sorted(refused)),
        )
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or not scopes:
        raise BadValueError(
            say("a token has a name and a scope at least"), fix=say("say which program it is for"), where="name"
        )
    if not timedelta() < lasts <= LONGEST:
        raise BadValueError(
            say("a token ends, after a year at most"), fix=say("give a number of days, 1 to 366"), where="days"
        )
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=secrets.token_hex(8), person=person.id, name=name, scopes=scopes, created_at=now, ends_at=now + lasts
    )
    add_token(database, token, digest_of(secret))
    return secret, token


def visitor_of_token(database: Database, secret: str, *, now: datetime) -> Visitor | None:
    """Give who a token speaks for; None when it is no token of ours, or not any more."""
    token = token_of(database, digest_of(secret), now=now)
    person = person_of(database, id=token.person) if token else None
    if token is None or person is None or not person.active:
        return None
    return Visitor(
        name=f"{person.name} ({token.name})",
        rights=token.scopes & RIGHTS[person.role],
        person=person,
        token=token.id,
    )


def end_token(database: Database, id: str, person: Person, *, now: datetime) -> None:  # noqa: A002 - the noun's own name
    """End a token before its time.

    Raises:
        UnknownIdError: the person has no such token.
    """
    if id not in {token.id for token in tokens_kept(database, person.id)} or not revoke_token(database, id, now=now):
        raise UnknownIdError(say("there is no such token"), fix=say("start from the list of tokens"), where=id[:40])
