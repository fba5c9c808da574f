"""Mon compte: password, language, second factors, open sessions, tokens."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Form, Response

from cloison.errors import BadValueError, CloisonError
from cloison.model.people import RIGHTS, Right
from cloison.ops import accounts
from cloison.ops.factors import Factors
from cloison.ops.tokens import NEVER, end_token, make_token
from cloison.store.accounts import SECOND, credentials_of
from cloison.store.sessions import end_sessions_of, sessions_of
from cloison.store.tokens import tokens_kept
from cloison.ui.vocabulary import RIGHTS as RIGHT_WORDS
from cloison.ui.vocabulary import ROLES
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screens.entrance import entrance_of
from cloison.ui.web.session import keep_language
from cloison.words import say

router = guarded_router()
Text = Annotated[str, Form()]
Scopes = Annotated[list[str], Form()]
_ADDRESS = "/compte"


@router.get(_ADDRESS)
@allowed(Right.READ)
def account_page(page: OnPage) -> Response:
    """Show one's own account."""
    return _shown(page)


@router.post(_ADDRESS + "/mot-de-passe")
@allowed(Right.READ, signed=True)
def change_password(page: OnPage, password: Text = "") -> Response:
    """Change the password; the other sessions end."""
    console, asking = page.console, page.asking
    try:
        accounts.change_password(
            console.database, asking.person, password, now=console.clock(), but=asking.own_session.digest
        )
    except CloisonError as error:
        return _shown(page, error)
    return page.go(_ADDRESS, told="password")


@router.post(_ADDRESS + "/langue")
@allowed(Right.READ)
def speak(page: OnPage, language: Text = "") -> Response:
    """Choose the language of the pages."""
    if language not in page.console.languages:
        error = BadValueError(say("this language is not spoken here"), fix=say("choose fr or en"), where="language")
        return _shown(page, error)
    accounts.speak(page.console.database, page.asking.person, language)
    answer = page.go(_ADDRESS, told="language")
    keep_language(answer, page.console, language)
    return answer


@router.post(_ADDRESS + "/second/retirer")
@allowed(Right.READ, signed=True)
def take_away(page: OnPage, proof: Text = "") -> Response:
    """Take a second factor away."""
    factors = Factors(page.console.database, entrance_of(page).key, page.asking.person)
    try:
        factors.take_away(proof)
    except CloisonError as error:
        return _shown(page, error)
    return page.go(_ADDRESS, told="second")


@router.post(_ADDRESS + "/sessions/fermer")
@allowed(Right.READ)
def end_others(page: OnPage) -> Response:
    """End every session of one's own but this one."""
    end_sessions_of(page.console.database, page.asking.person.id, but=page.asking.own_session.digest)
    return page.go(_ADDRESS, told="sessions")


@router.post(_ADDRESS + "/jetons")
@allowed(Right.READ, signed=True)
def new_token(page: OnPage, name: Text = "", days: Text = "", scope: Scopes = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Make a token for a program; it is shown once."""
    console, person = page.console, page.asking.person
    try:
        scopes = frozenset(_right_named(word) for word in scope)
        lasts = timedelta(days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0)  # noqa: PLR2004
        secret, token = make_token(console.database, person, name, scopes, lasts=lasts, now=console.clock())
    except CloisonError as error:
        return _shown(page, error)
    return page.render("token.html", secret=secret, token=token)


@router.post(_ADDRESS + "/jetons/{token}/fin")
@allowed(Right.READ)
def stop_token(page: OnPage, token: str) -> Response:
    """End a token of one's own."""
    end_token(page.console.database, token, page.asking.person, now=page.console.clock())
    return page.go(_ADDRESS, told="token")


def _right_named(word: str) -> Right:
    try:
        return Right(word)
    except ValueError as error:
        known = ", ".join(set(Right) - NEVER)
        raise BadValueError(
            say("there is no such scope"), fix=say("choose among {known}", known=known), where="scope"
        ) from error


def _shown(page: Page, fault: CloisonError | None = None) -> Response:
    console, person = page.console, page.asking.person
    values: dict[str, Any] = {
        "person": person,
        "role": ROLES[person.role],
        "seconds": credentials_of(console.database, person.id, *SECOND),
        "sessions": sessions_of(console.database, person.id, now=console.clock()),
        "this": page.asking.own_session.digest,
        "tokens": [one for one in tokens_kept(console.database, person.id) if one.revoked_at is None],
        "scopes": {right: RIGHT_WORDS[right] for right in Right if right in RIGHTS[person.role] - NEVER},
        "at": console.clock(),
    }
    if fault is not None:
        return page.fault("account.html", fault, status=status_of(fault), **values)
    return page.render("account.html", fault=None, **values)
