"""The console's application: screens and API found by walking, each route guarded, the same headers on all."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloison import __version__
from cloison.ui.web.console import Console
from cloison.ui.web.events import Pulse, events_router
from cloison.ui.web.refusals import speak_of_errors
from cloison.ui.web.screen import api_routers, screen_routers
from cloison.ui.web.statics import static_router

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # A form's own page is told to ourselves: without it a browser hides where a form comes from, from us too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT_NOWHERE = "no-store"
"""The map is a prize: no copy of it stays in a browser's cache."""
_HSTS = "max-age=31536000"
LOOPBACK_NAMES = ("127.0.0.1", "localhost")
"""Any other name is refused: a page elsewhere cannot reach this one by making its own name point here."""
LARGEST = 40 * 2**20
"""Bytes of a request: a map of 32 MB, and what a form puts around it."""
API = "/api/v1"


def make_app(console: Console) -> FastAPI:
    """Make the application of a console.

    Raises:
        TypeError: a route does not say who may call it.
    """
    app = FastAPI(
        title="Cloison",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LARGEST,
    )
    app.state.console = console
    app.state.pulse = Pulse(console.database)
    for router in (*screen_routers(), events_router(), static_router()):
        app.include_router(router, include_in_schema=False)
    for router in api_routers():
        app.include_router(router, prefix=API)
    speak_of_errors(app)
    app.add_middleware(_Headers, secure=console.secure)
    hosts = [*LOOPBACK_NAMES, *console.hosts] if console.loopback or console.hosts else ["*"]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return app


class _Headers:
    """Puts the headers on every answer; what is streamed is not held back."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, "Strict-Transport-Security": _HSTS} if secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", KEPT_NOWHERE)
            await send(message)

        await self._app(scope, receive, dressed)
