"""Who may reach what. Every route says it; one that does not keeps the console from starting."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from cloison import __version__
from cloison.errors import NotAllowedError
from cloison.model.people import RIGHTS, Right, Visitor
from cloison.ops.factors import Factors
from cloison.store.reads import note_read
from cloison.store.sessions import Stage
from cloison.ui.answers import VERSION_HEADER
from cloison.ui.web.console import Console
from cloison.ui.web.session import Asking, asking_of, nobody_is_signed_in
from cloison.words import say

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF"
SECRET_FIELD, CODE_FIELD = "secret", "code"
"""The fields in which a signature's password is typed, and by a program's person a code of the second factor too."""
SIGNING = Right.SEAL
"""The scope of a token whose person may sign through it; what a token may do alone, approving never is."""
_API = "/api/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DECLARED = "__cloison_permission__"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a route asks of who comes.

    Attributes:
        rights: any of them is enough; empty: nobody is asked who they are.
        stages: how far the session must be.
        signed: the person must say again who they are, in this very request.
        reads: what the log of readings keeps; None: it shows nothing of the map.
        background: the page asks by itself: no gesture, the session may lock meanwhile.
    """

    rights: frozenset[Right]
    stages: frozenset[Stage] = frozenset({Stage.OPEN})
    signed: bool = False
    reads: str | None = None
    background: bool = False


def allowed(
    *rights: Right,
    stages: frozenset[Stage] = frozenset({Stage.OPEN}),
    signed: bool = False,
    reads: str | None = None,
    background: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Say who may call an endpoint; goes below `@router.get(...)`.

    Args:
        rights: any of them is enough.
        stages: how far the session must be; tokens count as open.
        signed: the request carries the person's password again, in the field "secret"; `Asking.signature` says so.
        reads: the name under which the log of readings keeps it, for what shows the map or an incident.
        background: the page asks by itself (server-sent events, what they refresh).
    """
    if not rights:
        message = "say which rights; use open_to_all where nobody is asked"
        raise TypeError(message)
    return _declare(Permission(frozenset(rights), stages, signed, reads, background))


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """Say that whoever comes may call an endpoint; forms must still come from our own pages."""
    return _declare(Permission(frozenset()))(endpoint)


def _declare(permission: Permission) -> Callable[[Endpoint], Endpoint]:
    def note(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _DECLARED, permission)
        return endpoint

    return note


class GuardedRoute(APIRoute):
    """A route whose guard comes first: before its body is read, whatever the body holds."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        permission = getattr(endpoint, _DECLARED, None)
        if permission is None:
            message = f"{path} ({endpoint.__module__}.{endpoint.__name__}) does not say who may: @allowed(...)"
            raise TypeError(message)
        self.permission: Permission = permission
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the guard before the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await admit(request, self.permission)
            answer = await handle(request)
            if request.url.path.startswith(_API):
                answer.headers[VERSION_HEADER] = __version__
            return answer

        return guarded


def guarded_router() -> APIRouter:
    """Make a router whose routes must all say who may."""
    return APIRouter(route_class=GuardedRoute)


async def admit(request: Request, permission: Permission) -> None:
    """Let a request through, its `state.asking` filled; or refuse it.

    Raises:
        SignInError: nobody is signed in, or not far enough.
        NotAllowedError: the right is missing, or the form is not ours.
        TooManyAttemptsError: too many wrong signatures.
        DatabaseError: the reading cannot be noted.
    """
    console: Console = request.app.state.console
    asking = await run_in_threadpool(asking_of, request, console, gesture=not permission.background)
    request.state.asking = asking
    if request.method not in _SAFE and asking.visitor.token is None:
        await _from_our_pages(request, asking.visitor)
    if not permission.rights:
        return
    if permission.signed:
        asking = request.state.asking = await _sign(request, permission, console, asking)
    else:
        _far_enough(asking, permission, console)
    if permission.reads is not None:
        address = asking.client.address
        await run_in_threadpool(
            note_read, console.database, asking.visitor, permission.reads, address=address, now=console.clock()
        )


def _far_enough(asking: Asking, permission: Permission, console: Console) -> None:
    if console.entrance is not None and asking.stage not in permission.stages:
        raise nobody_is_signed_in()
    if not permission.rights & asking.visitor.rights:
        raise NotAllowedError(
            say("this is not among the rights of {name}", name=asking.visitor.name or "?"),
            fix=say("ask someone whose role holds this right, or show a second factor if you have not"),
            where=", ".join(sorted(right.value for right in permission.rights)),
        )


async def _from_our_pages(request: Request, visitor: Visitor) -> None:
    """Refuse what another site makes a browser send (OWASP CSRF: Fetch Metadata, Origin, then a token of the session).

    Raises:
        NotAllowedError: it does not come from our own pages.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    # A browser tells one or the other with every form it sends; who tells neither is no browser, and has a token.
    ours = site == "same-origin" if site else origin is not None and urlsplit(origin).netloc == request.url.netloc
    if ours and visitor.csrf:
        ours = visitor.csrf == (request.headers.get(CSRF_HEADER) or await _field(request, CSRF_FIELD))
    if not ours:
        raise NotAllowedError(
            say("this form does not come from a page of this console, or the page is too old"),
            fix=say("open the page again and send it once more"),
            where=request.url.path[:200],
        )


async def _sign(request: Request, permission: Permission, console: Console, asking: Asking) -> Asking:
    """Have the person say again who they are, in this very request: only then is it known that a person asks.

    A session showed the second factor when it was opened; a token never did: its person shows both here.

    Raises:
        SignInError, TooManyAttemptsError: see `Entrance.prove`; or a token's person shows no second factor.
        NotAllowedError: the right is missing.
    """
    visitor, entrance = asking.visitor, console.entrance
    if visitor.token is None or entrance is None or visitor.person is None:
        _far_enough(asking, permission, console)
        if entrance is None or visitor.person is None:
            raise _nobody_signs()
        secret, person = await _field(request, SECRET_FIELD), visitor.person
        return asking.signed_with(
            await run_in_threadpool(lambda: entrance.prove(person, secret, asking.client, now=console.clock()))
        )
    secret, code = await _field(request, SECRET_FIELD), await _field(request, CODE_FIELD)
    if SIGNING not in visitor.rights or not (secret and code):
        raise _nobody_signs()
    as_person = replace(asking, visitor=replace(visitor, rights=RIGHTS[visitor.person.role]))
    _far_enough(as_person, permission, console)
    person = visitor.person

    def prove() -> str:
        now = console.clock()
        how = entrance.prove(person, secret, asking.client, now=now)
        factors = Factors(console.database, entrance.key, person)
        shown = entrance.guessed(person, asking.client, lambda: factors.check_code(code, now=now), now=now)
        return f"{how}, {shown}"

    return as_person.signed_with(await run_in_threadpool(prove))


def _nobody_signs() -> NotAllowedError:
    return NotAllowedError(
        say("a person must sign this: a token cannot"),
        fix=say("do it in the console, with your password"),
        where="signature",
    )


async def _field(request: Request, name: str) -> str:
    """Read one field of a form or of a JSON body; both stay readable for the endpoint."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        value = (await request.form()).get(name)
    elif kind == "application/json":
        try:
            body = await request.json()
        except ValueError:
            return ""
        value = body.get(name) if isinstance(body, dict) else None
    else:
        return ""
    return value if isinstance(value, str) else ""
