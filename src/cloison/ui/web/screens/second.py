"""The second factor: shown at each sign-in, made at the first."""

from collections.abc import Callable
from io import BytesIO
from typing import Annotated

import segno
from fastapi import Form, Response
from fastapi.responses import JSONResponse
from markupsafe import Markup

from cloison.errors import BadStateError, CloisonError, NotAllowedError
from cloison.model.people import Right
from cloison.ops.factors import Factors, new_totp, totp_address
from cloison.ops.passkeys import Passkeys, Site
from cloison.store.accounts import Kind, credentials_of
from cloison.store.sessions import Stage
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screens.entrance import entrance_of
from cloison.ui.web.session import keep_session
from cloison.words import say

router = guarded_router()
_SHOWING = frozenset({Stage.SECOND})
_MAKING = frozenset({Stage.ENROL, Stage.OPEN})
Text = Annotated[str, Form()]


@router.get("/entree/second")
@allowed(Right.READ, stages=_SHOWING)
def show_page(page: OnPage) -> Response:
    """Ask for a code, or for a key."""
    return _asked(page)


@router.post("/entree/second")
@allowed(Right.READ, stages=_SHOWING)
def show(page: OnPage, code: Text = "") -> Response:
    """Check a code."""
    return _checked(page, lambda: _factors(page).check_code(code, now=page.console.clock()))


@router.post("/entree/second/cle/demande")
@allowed(Right.READ, stages=_SHOWING)
def ask_key(page: OnPage) -> Response:
    """Say what a key must sign."""
    return _as_json(_passkeys(page).ask())


@router.post("/entree/second/cle")
@allowed(Right.READ, stages=_SHOWING)
def show_key(page: OnPage, answer: Text = "") -> Response:
    """Check what it signed."""
    return _checked(page, lambda: _passkeys(page).check(answer, now=page.console.clock()))


@router.get("/compte/second")
@allowed(Right.READ, stages=_MAKING)
def make_page(page: OnPage) -> Response:
    """Show a fresh secret as a square of dots, and in letters."""
    return _offered(page, new_totp())


@router.post("/compte/second")
@allowed(Right.READ, stages=_MAKING)
def make(page: OnPage, pending: Text = "", code: Text = "") -> Response:
    """Keep the secret, once the application has shown its code."""
    secret = _pending(page, pending)
    try:
        codes = _factors(page).keep_totp(secret, code, now=page.console.clock())
    except CloisonError as error:
        return _offered(page, secret, error)
    return _made(page, Kind.TOTP, codes)


@router.post("/compte/second/cle/demande")
@allowed(Right.READ, stages=_MAKING)
def ask_new_key(page: OnPage) -> Response:
    """Say what a key must make."""
    return _as_json(_passkeys(page).ask_for_new())


@router.post("/compte/second/cle")
@allowed(Right.READ, stages=_MAKING)
def make_key(page: OnPage, answer: Text = "", name: Text = "") -> Response:
    """Keep the key."""
    try:
        _passkeys(page).keep(answer, name, now=page.console.clock())
    except CloisonError as error:
        return _offered(page, new_totp(), error)
    return _made(page, Kind.PASSKEY, _factors(page).recovery_if_none(now=page.console.clock()))


@router.post("/compte/second/plus-tard")
@allowed(Right.READ, stages=frozenset({Stage.ENROL}))
def later(page: OnPage) -> Response:
    """Go on without, where only people at this machine come: what moves doors or makes accounts stays shut."""
    if not page.console.loopback:
        raise NotAllowedError(
            say("a console that others reach wants a second factor"),
            fix=say("make one now: an application on a telephone, or a key"),
            where="second factor",
        )
    session = page.asking.own_session
    opened = entrance_of(page).let_in(session, page.asking.person, "", now=page.console.clock())
    answer = page.go("/")
    keep_session(answer, page.console, opened)
    return answer


@router.post("/compte/codes")
@allowed(Right.READ, signed=True)
def new_codes(page: OnPage) -> Response:
    """Make new recovery codes; those before are void."""
    codes = _factors(page).new_recovery_codes(now=page.console.clock())
    return page.render("recovery.html", codes=codes)


def _asked(page: Page, fault: CloisonError | None = None) -> Response:
    kinds = {proof.kind for proof in credentials_of(page.console.database, page.asking.person.id)}
    if fault:
        return page.fault("second.html", fault, status=status_of(fault), kinds=kinds)
    return page.render("second.html", fault=None, kinds=kinds)


def _checked(page: Page, check: Callable[[], str]) -> Response:
    asking, now = page.asking, page.console.clock()
    try:
        shown = entrance_of(page).guessed(asking.person, asking.client, check, now=now)
    except CloisonError as error:
        return _asked(page, error)
    opened = entrance_of(page).let_in(asking.own_session, asking.person, shown, now=now)
    answer = page.go("/")
    keep_session(answer, page.console, opened)
    return answer


def _offered(page: Page, secret: str, fault: CloisonError | None = None) -> Response:
    drawn = BytesIO()
    segno.make(totp_address(secret, page.asking.person), error="m").save(
        drawn, kind="svg", scale=5, xmldecl=False, svgns=True, nl=False, omitsize=True, svgclass="dots", lineclass=None
    )
    return page.render(
        "make-second.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        dots=Markup(drawn.getvalue().decode()),  # noqa: S704 - drawn here; the login in it is dots
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        pending=entrance_of(page).key.seal(f"{page.asking.own_session.digest} {secret}"),
        may_wait=page.console.loopback and page.asking.stage is Stage.ENROL,
    )


def _pending(page: Page, sealed: str) -> str:
    """Give back the secret that the page showed, to this very session."""
    try:
        digest, _, secret = entrance_of(page).key.unseal(sealed).partition(" ")
    except BadStateError:
        digest, secret = "", ""
    if not secret or digest != page.asking.own_session.digest:
        raise NotAllowedError(
            say("this page is too old"), fix=say("open the page again and send it once more"), where="second factor"
        )
    return secret


def _made(page: Page, kind: Kind, codes: tuple[str, ...]) -> Response:
    session = page.asking.own_session
    opened = entrance_of(page).let_in(session, page.asking.person, kind.value, now=page.console.clock())
    answer = page.render("recovery.html", codes=codes) if codes else page.go("/compte", told="second")
    keep_session(answer, page.console, opened)
    return answer


def _factors(page: Page) -> Factors:
    return Factors(page.console.database, entrance_of(page).key, page.asking.person)


def _passkeys(page: Page) -> Passkeys:
    url = page.request.url
    origin = f"{'https' if page.console.secure else 'http'}://{url.netloc}"
    site = Site(name=url.hostname or "", origin=origin)
    return Passkeys(page.console.database, page.asking.own_session, page.asking.person, site)


def _as_json(document: str) -> Response:
    return Response(document, media_type=JSONResponse.media_type)
