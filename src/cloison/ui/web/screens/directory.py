"""Signing in by the hospital's directory."""

from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadStateError, CloisonError, SignInError
from cloison.ops.directory import Directory, Question
from cloison.store.sessions import Stage
from cloison.ui.web.guard import guarded_router, open_to_all
from cloison.ui.web.page import SEE_OTHER, OnPage, Page
from cloison.ui.web.refusals import WAY_IN, status_of
from cloison.ui.web.screens.entrance import entrance_of
from cloison.ui.web.session import cookie_name, keep_session
from cloison.words import say

router = guarded_router()
_ADDRESS = "/entree/annuaire"
_BACK = "/entree/annuaire/retour"
_COOKIE = "cloison-annuaire"
_LASTS_SECONDS = 600
_LONGEST = 4000
_QUESTION = TypeAdapter(Question)
Word = Annotated[str, Query(max_length=_LONGEST)]


@router.get(_ADDRESS)
@open_to_all
def go_there(page: OnPage) -> Response:
    """Send the browser to the directory."""
    try:
        address, question = _directory(page).ask(_back(page), now=page.console.clock())
    except CloisonError as error:
        return _refused(page, error)
    answer = RedirectResponse(address, status_code=SEE_OTHER)
    answer.set_cookie(
        cookie_name(page.console, _COOKIE),
        entrance_of(page).key.seal(_QUESTION.dump_json(question).decode()),
        max_age=_LASTS_SECONDS,
        path="/",
        secure=page.console.secure,
        httponly=True,
        samesite="lax",  # the browser comes back from another site
    )
    return answer


@router.get(_BACK)
@open_to_all
def come_back(page: OnPage, code: Word = "", state: Word = "") -> Response:
    """Let in who the directory recognised."""
    console, now = page.console, page.console.clock()
    try:
        question = _question(page)
        found = _directory(page).recognise(question, code=code, state=state, back=_back(page), now=now)
    except CloisonError as error:
        return _refused(page, error)
    entrance = entrance_of(page)
    if found.factor:
        opened = entrance.open_session(found.person, Stage.OPEN, page.asking.client, now=now, factor=found.factor)
    else:
        opened = entrance.enter(found.person, page.asking.client, now=now)
    # Not a redirect: a strict cookie is not sent along a way that began on another site.
    stage = opened.session.stage
    answer = page.render("onward.html", address="/" if stage is Stage.OPEN else WAY_IN[stage])
    keep_session(answer, console, opened)
    answer.delete_cookie(cookie_name(console, _COOKIE), path="/", secure=console.secure, httponly=True, samesite="lax")
    return answer


def _question(page: Page) -> Question:
    kept = page.request.cookies.get(cookie_name(page.console, _COOKIE), "")
    try:
        question = _QUESTION.validate_json(entrance_of(page).key.unseal(kept))
    except (BadStateError, ValidationError) as error:
        raise _too_late() from error
    if (page.console.clock() - question.at).total_seconds() > _LASTS_SECONDS:
        raise _too_late()
    return question


def _directory(page: Page) -> Directory:
    if page.console.directory is None:
        raise SignInError(
            say("this console knows no directory"), fix=say("sign in with a local account"), where="directory"
        )
    return page.console.directory


def _back(page: Page) -> str:
    return f"{'https' if page.console.secure else 'http'}://{page.request.url.netloc}{_BACK}"


def _refused(page: Page, error: CloisonError) -> Response:
    return page.fault("entrance.html", error, status=status_of(error), login="", next="/")


def _too_late() -> SignInError:
    return SignInError(
        say("this browser asked nothing of the directory, or too long ago"),
        fix=say("sign in again from the first page"),
        where="directory",
    )
