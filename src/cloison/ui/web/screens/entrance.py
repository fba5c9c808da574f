"""The entrance: first start, one-time links, sign-in, lock, sign-out."""

from typing import Annotated

from fastapi import Form, Response

from cloison.errors import CloisonError, SignInError
from cloison.model.people import Right
from cloison.ops import accounts
from cloison.ops.entrance import Entrance, Opened
from cloison.store.sessions import Stage, end_session
from cloison.ui.web.guard import allowed, guarded_router, open_to_all
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import WAY_IN, status_of
from cloison.ui.web.session import drop_session, keep_session
from cloison.words import say

router = guarded_router()
_ANY_STAGE = frozenset(Stage)
Text = Annotated[str, Form()]


@router.get("/entree")
@open_to_all
def sign_in_page(page: OnPage, next: str = "/") -> Response:  # noqa: A002 - the address's own word
    """Ask for a login and a password."""
    if page.console.entrance is None or page.asking.stage is Stage.OPEN:
        return page.go(ours(next))
    if page.asking.session is None and page.request.headers.get("sec-fetch-site") == "cross-site":
        # Who follows a link from a mail may be signed in: a strict cookie is only sent from a page of ours.
        return page.render("onward.html", address=ours(next))
    return page.render("entrance.html", login="", next=ours(next), fault=None)


@router.post("/entree")
@open_to_all
def sign_in(page: OnPage, login: Text = "", password: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """Check them."""
    try:
        opened = entrance_of(page).sign_in(login, password, page.asking.client, now=page.console.clock())
    except CloisonError as error:
        return page.fault("entrance.html", error, status=status_of(error), login=login[:80], next=ours(next))
    return _let_on(page, opened, ours(next))


@router.get("/premier/{link}")
@open_to_all
def link_page(page: OnPage, link: str) -> Response:
    """Ask who follows a one-time link for a password, and at the first start for a login and a name."""
    person = accounts.whose_link(page.console.database, link, now=page.console.clock())
    return page.render("first-start.html", person=person, login="", name="", fault=None)


@router.post("/premier/{link}")
@open_to_all
def follow_link(page: OnPage, link: str, login: Text = "", name: Text = "", password: Text = "") -> Response:
    """Make the account, or change its password."""
    console, now = page.console, page.console.clock()
    person = accounts.whose_link(console.database, link, now=now)
    try:
        person = accounts.accept(console.database, link, password, login=login, name=name, now=now)
    except CloisonError as error:
        typed = {"person": person, "login": login[:80], "name": name[:80]}
        return page.fault("first-start.html", error, status=status_of(error), **typed)
    return _let_on(page, entrance_of(page).enter(person, page.asking.client, now=now), "/")


@router.get("/verrou")
@allowed(Right.READ, stages=_ANY_STAGE, background=True)
def lock_page(page: OnPage, next: str = "/") -> Response:  # noqa: A002
    """Ask for the password again; whoever comes here by the clock of a page without scripts locks it."""
    if page.asking.stage not in {Stage.OPEN, Stage.LOCKED}:
        return page.go(WAY_IN[page.asking.stage])
    if page.asking.stage is Stage.OPEN:
        entrance_of(page).lock(page.asking.own_session)
    return page.render("lock.html", person=page.asking.person, next=ours(next), fault=None)


@router.post("/verrou/fermer")
@allowed(Right.READ, stages=frozenset({Stage.OPEN, Stage.LOCKED}), background=True)
def lock(page: OnPage) -> Response:
    """Lock at once: somebody leaves the desk."""
    entrance_of(page).lock(page.asking.own_session)
    return page.go("/verrou")


@router.post("/verrou/present")
@allowed(Right.READ)
def present(page: OnPage) -> Response:
    """Note a gesture that asks for no page: somebody is typing."""
    entrance_of(page)
    return Response(status_code=204)


@router.post("/verrou")
@allowed(Right.READ, stages=frozenset({Stage.OPEN, Stage.LOCKED}), background=True)
def unlock(page: OnPage, password: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """Unlock with the password."""
    asking = page.asking
    try:
        entrance_of(page).unlock(asking.own_session, asking.person, password, asking.client, now=page.console.clock())
    except CloisonError as error:
        return page.fault("lock.html", error, status=status_of(error), person=asking.person, next=ours(next))
    return page.go(ours(next))


@router.post("/sortie")
@allowed(Right.READ, stages=_ANY_STAGE)
def sign_out(page: OnPage) -> Response:
    """End the session."""
    end_session(page.console.database, page.asking.own_session.digest)
    answer = page.go("/entree")
    drop_session(answer, page.console)
    return answer


def ours(address: str) -> str:
    """Give an address to go on to, if it is a page of ours; "//elsewhere" leads away."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"


def entrance_of(page: Page) -> Entrance:
    """Give the console's entrance.

    Raises:
        SignInError: it is a demonstration, which has none.
    """
    if page.console.entrance is None:
        raise SignInError(
            say("nobody signs in to a demonstration"), fix=say("start from the first page"), where="session"
        )
    return page.console.entrance


def _let_on(page: Page, opened: Opened, address: str) -> Response:
    stage = opened.session.stage
    answer = page.go(address if stage is Stage.OPEN else WAY_IN[stage])
    keep_session(answer, page.console, opened)
    return answer
