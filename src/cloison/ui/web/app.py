"""The page's server: three addresses, read only, for this machine alone."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from cloison.ops.story import Story
from cloison.ui.languages import LANGUAGES, Translator
from cloison.ui.web.pages import Pages

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The map is a prize: no copy of it stays in a browser's cache.
    "Cache-Control": "no-store",
}
HOSTS = ("127.0.0.1", "localhost")
"""Any other name is refused: a page elsewhere cannot reach this one by making its own name point here."""
STATIC: Mapping[str, str] = {
    "cloison.css": "text/css; charset=utf-8",
    "parts.css": "text/css; charset=utf-8",
    "ship.css": "text/css; charset=utf-8",
    "dark.css": "text/css; charset=utf-8",
    "paper.css": "text/css; charset=utf-8",
    "cloison.svg": "image/svg+xml",
}


def make_app(story: Story, translator: Translator, *others: Translator) -> FastAPI:
    """Serve one story.

    Addresses: `/` the situation, `/passages` the sheet of doors to print, `/carte` compartments and leaks,
    each with `?lang=fr` or `?lang=en`.

    Args:
        story: shown as it is; nothing is kept, nothing can be changed from the page.
        translator: the language of addresses without `lang`.
        others: the other languages on offer; those not given are shown in the machine's own time zone.
    """
    languages = {language: Translator(language) for language in LANGUAGES}
    languages |= {each.language: each for each in (*others, translator)}
    pages = {language: Pages(story, each.knowing(story.hospital)) for language, each in languages.items()}
    app = FastAPI(title="Cloison", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS))
    app.middleware("http")(_guard)

    def chosen(lang: str | None) -> Pages:
        return pages.get(lang or "", pages[translator.language])

    @app.get("/", response_class=HTMLResponse)
    def situation(lang: str | None = None) -> str:
        return chosen(lang).situation()

    @app.get("/passages", response_class=HTMLResponse)
    def passages(lang: str | None = None) -> str:
        return chosen(lang).passages()

    @app.get("/carte", response_class=HTMLResponse)
    def chart(lang: str | None = None) -> str:
        return chosen(lang).chart()

    for name, kind in STATIC.items():
        app.get(f"/static/{name}")(_serve(name, kind))
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


def _serve(name: str, kind: str) -> Callable[[], Response]:
    content = (files("cloison.ui.web") / "static" / name).read_bytes()

    def serve() -> Response:
        return Response(content, media_type=kind)

    return serve
