"""Personnes: accounts, their roles, one-time links."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Form, Response

from cloison.errors import BadValueError, CloisonError, UnknownIdError
from cloison.model.people import Person, PersonId, Right, Role
from cloison.ops import accounts
from cloison.store.accounts import add_person, credentials_of, everyone, person_of
from cloison.ui.vocabulary import ROLES
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import say

TABS = (Place(address="/reglages/personnes", name=say("People"), order=20, right=Right.PEOPLE),)
router = guarded_router()
Text = Annotated[str, Form()]
_ADDRESS = "/reglages/personnes"


@router.get(_ADDRESS)
@allowed(Right.PEOPLE)
def people_page(page: OnPage) -> Response:
    """Show every account."""
    return _shown(page)


@router.post(_ADDRESS)
@allowed(Right.PEOPLE, signed=True)
def invite(page: OnPage, login: Text = "", name: Text = "", role: Text = "", wall: Text = "") -> Response:
    """Make an account, and the one-time link by which its person chooses a password."""
    console, now = page.console, page.console.clock()
    try:
        person = accounts.new_person(login, name, role_named(role), now=now, wall=bool(wall))
        add_person(console.database, person)
    except CloisonError as error:
        return _shown(page, error, typed={"login": login[:80], "name": name[:80], "role": role[:40]})
    return _linked(page, person)


@router.post(_ADDRESS + "/{person}")
@allowed(Right.PEOPLE, signed=True)
def change(page: OnPage, person: str, name: Text = "", role: Text = "", active: Text = "") -> Response:
    """Change a name, a role, or close an account."""
    try:
        known = known_person(page, person)
        wall = known.wall and role == Role.READER
        accounts.change(
            page.console.database, replace(known, name=name, role=role_named(role), active=bool(active), wall=wall)
        )
    except CloisonError as error:
        return _shown(page, error)
    return page.go(_ADDRESS, told="changed")


@router.post(_ADDRESS + "/{person}/lien")
@allowed(Right.PEOPLE, signed=True)
def link(page: OnPage, person: str) -> Response:
    """Make a one-time link: for a new account, or for someone who lost everything."""
    return _linked(page, known_person(page, person))


def known_person(page: Page, person: str) -> Person:
    """Give an account by its id.

    Raises:
        UnknownIdError: there is none.
    """
    known = person_of(page.console.database, id=PersonId(person))
    if known is None:
        raise UnknownIdError(
            say("nobody has this account"), fix=say("start from the list of people"), where=person[:40]
        )
    return known


def role_named(word: str) -> Role:
    """Read a role.

    Raises:
        BadValueError: it is none.
    """
    try:
        return Role(word)
    except ValueError as error:
        known = ", ".join(Role)
        raise BadValueError(
            say("there is no such role"), fix=say("choose among {known}", known=known), where="role"
        ) from error


def _linked(page: Page, person: Person) -> Response:
    made = accounts.invite(page.console.database, person.id, now=page.console.clock())
    address = f"{'https' if page.console.secure else 'http'}://{page.request.url.netloc}/premier/{made}"
    return page.render(
        "link.html", person=person, address=address, hours=accounts.INVITATION_LASTS // timedelta(hours=1)
    )


def _shown(page: Page, fault: CloisonError | None = None, typed: dict[str, str] | None = None) -> Response:
    database = page.console.database
    values: dict[str, Any] = {
        "people": [(one, {proof.kind for proof in credentials_of(database, one.id)}) for one in everyone(database)],
        "roles": ROLES,
        "typed": typed or {"login": "", "name": "", "role": Role.ON_CALL.value},
    }
    if fault is not None:
        return page.fault("people.html", fault, status=status_of(fault), **values)
    return page.render("people.html", fault=None, **values)
