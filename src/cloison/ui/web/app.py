"""The console's application: screens and API found by walking, each route guarded, the same headers on all."""

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from cloison import __version__
from cloison.ui.web.console import Console
from cloison.ui.web.events import Pulse, events_router
from cloison.ui.web.headers import Headers
from cloison.ui.web.refusals import speak_of_errors
from cloison.ui.web.screen import api_routers, screen_routers
from cloison.ui.web.statics import static_router

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
    hosts = [*LOOPBACK_NAMES, *console.hosts] if console.loopback or console.hosts else ["*"]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(Headers, secure=console.secure)  # the last one added stands before the others
    return app
