"""People and what they may do: roles, rights, and who is asking."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType

from cloison.model.noun import noun

PersonId = NewType("PersonId", str)


class Role(StrEnum):
    """What a person is, on the night."""

    READER = "reader"
    ON_CALL = "on-call"
    SECURITY_OFFICER = "security-officer"
    CRISIS_DIRECTOR = "crisis-director"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What may be done. The scopes of a token are the same words.

    READ: see the map and the incident. LOGBOOK: write in the logbook, tell how an activity stands. PLAN: open a case,
    make plans, pin doors, run drills. APPROVE: sign a plan. SEAL: move doors, undo, reopen. SETTINGS: the map,
    sensors, mutes, notices. PEOPLE: accounts, tokens, who read what.
    """

    READ = "read"
    LOGBOOK = "logbook"
    PLAN = "plan"
    APPROVE = "approve"
    SEAL = "seal"
    SETTINGS = "settings"
    PEOPLE = "people"


_CRISIS = frozenset({Right.READ, Right.LOGBOOK, Right.PLAN, Right.APPROVE, Right.SEAL})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.READ}),
    Role.ON_CALL: _CRISIS,
    Role.SECURITY_OFFICER: _CRISIS | {Right.SETTINGS},
    Role.CRISIS_DIRECTOR: _CRISIS,
    # Who makes the accounts signs no plan: one stolen account must not be able to make the second person.
    Role.ADMINISTRATOR: frozenset({Right.READ, Right.LOGBOOK, Right.SETTINGS, Right.PEOPLE}),
}


@noun
class Person:
    """An account.

    Attributes:
        login: what is typed to sign in; compared without case.
        name: what others read, and what a signature says.
        active: False once the account is closed; it is never deleted, for the logbook names it.
        wall: a reader's account for a screen on a wall: its sessions last and do not lock.
        subject: issuer and subject of the hospital's directory, "issuer#subject"; None for a local account.
        language: "fr" or "en"; None: the server's.
    """

    id: PersonId
    login: str
    name: str
    role: Role
    created_at: datetime
    active: bool = True
    wall: bool = False
    subject: str | None = None
    language: str | None = None


@noun
class Visitor:
    """Who asks for a page.

    Attributes:
        person: None for the visitor of a demonstration, who only reads.
        rights: what may be done now: the person's, less what a token does not have.
        session: digest of the session; None for a token and in a demonstration.
        csrf: what a form of this session must send back; empty without a session.
        token: id of the token that speaks for the person; None for a browser.
    """

    name: str
    rights: frozenset[Right]
    person: Person | None = None
    session: str | None = None
    csrf: str = ""
    token: str | None = None
