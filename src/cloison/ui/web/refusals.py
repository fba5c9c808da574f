"""Errors as the web says them: a page for people, JSON for programs, the problem, the fix and where in both."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from cloison.errors import (
    BadMapError,
    BadScenarioError,
    CloisonError,
    DatabaseError,
    DeviceError,
    MissingFileError,
    NotAllowedError,
    NotApprovedError,
    SignInError,
    TooManyAttemptsError,
    UnfinishedSealError,
    UnknownIdError,
)
from cloison.store.sessions import Stage
from cloison.ui.web.headers import HEADERS, KEPT_NOWHERE
from cloison.ui.web.page import SEE_OTHER, Page
from cloison.ui.web.session import Asking, nobody_asks
from cloison.words import Sentence, say

API = "/api/"

STATUS: Mapping[type[CloisonError], int] = {
    SignInError: 401,
    NotAllowedError: 403,
    NotApprovedError: 403,
    MissingFileError: 404,
    UnknownIdError: 404,
    UnfinishedSealError: 409,
    TooManyAttemptsError: 429,
    DeviceError: 502,
    DatabaseError: 503,
}
BAD_INPUT, COULD_NOT = 422, 503

WAY_IN: Mapping[Stage | None, str] = {
    None: "/entree",
    Stage.SECOND: "/entree/second",
    Stage.ENROL: "/compte/second",
    Stage.LOCKED: "/verrou",
}
"""Where somebody goes who is not far enough."""


class _AddressError(CloisonError):
    """There is nothing at this address."""

    code = "unknown-id"


def speak_of_errors(app: FastAPI) -> None:
    """Have an application answer errors in our words."""
    app.add_exception_handler(CloisonError, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def status_of(error: CloisonError) -> int:
    """Give the HTTP status of an error."""
    usual = BAD_INPUT if error.exit_code == 2 else COULD_NOT  # noqa: PLR2004 - the program's exit codes
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), usual)


def document_of(error: CloisonError, page: Page) -> dict[str, Any]:
    """Give an error as JSON, in the reader's language."""
    document: dict[str, Any] = {
        "error": error.code,
        "problem": page.say.sentence(error.problem),
        "fix": page.say.sentence(error.fix),
        "where": error.where,
    }
    if isinstance(error, BadMapError | BadScenarioError):
        document["faults"] = [
            {"line": fault.line, "reason": page.say.sentence(fault.reason), "fix": page.say.sentence(fault.fix)}
            for fault in error.faults
        ]
    return document


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, CloisonError)  # noqa: S101 - registered for these only
    return answer(request, error, status_of(error))


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    told = CloisonError(
        say("what was sent cannot be read: {reason}", reason=str(first["msg"])),
        fix=say("the shape of each request is in the description of the API"),
        where=where,
    )
    return answer(request, told, BAD_INPUT)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    problem, fix = _WORDS.get(error.status_code, _WORDS[400])
    told = _AddressError(problem, fix=fix, where=request.url.path[:200])
    return answer(request, told, error.status_code, headers=error.headers)


async def _unforeseen(request: Request, error: Exception) -> Response:
    """Say that something broke; the server's own output holds the rest."""
    told = CloisonError(
        say("unexpected fault: {kind}", kind=type(error).__name__),
        fix=say("open the page again; if it happens again, tell whoever maintains Cloison"),
        where=request.url.path[:200],
    )
    answered = answer(request, told, 500)
    answered.headers.update({**HEADERS, "Cache-Control": KEPT_NOWHERE})  # what answers here stands outside the others
    return answered


_WORDS: Mapping[int, tuple[Sentence, Sentence]] = {
    400: (say("what was sent cannot be read"), say("open the page again and send it once more")),
    404: (say("there is nothing at this address"), say("start from the first page")),
    405: (say("this cannot be done at this address"), say("start from the first page")),
    413: (say("what was sent is too large"), say("send a smaller file")),
}


def answer(request: Request, error: CloisonError, status: int, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with an error."""
    if not hasattr(request.state, "asking"):
        request.state.asking = nobody_asks()
    asking: Asking = request.state.asking
    page = Page(request)
    more = dict(headers or {})
    if isinstance(error, TooManyAttemptsError):
        more["Retry-After"] = str(error.seconds)
    path = request.url.path
    if path.startswith(API) or "text/html" not in request.headers.get("accept", "text/html"):
        return JSONResponse(document_of(error, page), status_code=status, headers=more)
    if isinstance(error, SignInError) and asking.stage in WAY_IN and not _fragment(request):
        wanted = quote(path, safe="/") if request.method == "GET" else ""
        way = WAY_IN[asking.stage] + (f"?next={wanted}" if wanted not in {"", "/"} else "")
        return RedirectResponse(way, status_code=SEE_OTHER)
    rendered = page.render("refusal.html", status=status, fault=error, back=_before(request))
    rendered.headers.update(more)
    return rendered


def _fragment(request: Request) -> bool:
    """Whether a script asks for a part of a page: a sign-in page must not be put in its place."""
    return request.headers.get("hx-request") == "true"


def _before(request: Request) -> str:
    """Give the page that a form was on, if it is ours."""
    came = urlsplit(request.headers.get("referer", ""))
    return came.path if came.netloc == request.url.netloc and came.path.startswith("/") else "/"
