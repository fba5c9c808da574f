"""What a screen's endpoint is given: who asks, the console, the reader's language, and how to answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from secrets import token_urlsafe
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from cloison import __version__
from cloison.errors import CloisonError, TooManyAttemptsError
from cloison.ops.kit import STALE, made_at
from cloison.store.accounts import Kind, credentials_of
from cloison.ui.languages import Translator
from cloison.ui.web.carte_query import address_of_zone
from cloison.ui.web.console import Console
from cloison.ui.web.frame import THEMES, Frame, frame_of
from cloison.ui.web.screen import Place, tabs
from cloison.ui.web.session import Asking, keep_language, language_kept
from cloison.ui.web.speech import Speech, legible, plain
from cloison.ui.web.statics import address_of_built, address_of_static

SEE_OTHER = 303
_THEIRS = token_urlsafe(24)
"""Stands in parts where each reader's own token goes."""


@cache
def environment() -> Environment:
    """Give the templates: everything they print is escaped, and made legible first."""
    made = Environment(
        loader=PackageLoader("cloison.ui.web"),
        autoescape=True,
        finalize=plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["legible"] = legible
    made.filters["upper_first"] = _upper_first
    made.globals |= {"version": __version__, "asset": address_of_static, "built": address_of_built, "now": _now}
    made.globals["place_address"] = address_of_zone
    return made


def _upper_first(text: str) -> str:
    """Begin a sentence: errors are written as the command line says them, after a name and a colon."""
    return text[:1].upper() + text[1:]


def _now() -> datetime:
    return datetime.now(UTC)


class Page:
    """One page being made.

    Attributes:
        language: the reader's; asked for in the address, else kept by the browser, else the person's.
        say: the reader's words, `_` in templates.
        told: what the page before says was done, a key of the screen's own; empty: nothing.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.console: Console = request.app.state.console
        self.asking: Asking = request.state.asking
        self.told = request.query_params.get("told", "")
        self.language = self._language()
        self.say = Speech(self.words)

    @property
    def words(self) -> Translator:
        """The translator behind `say`."""
        return self.console.languages[self.language]

    @property
    def signs_with_code(self) -> bool:
        """Whether the reader has no password here: who comes by the directory."""
        person = self.asking.visitor.person
        if person is None or person.subject is None:
            return False
        return not credentials_of(self.console.database, person.id, Kind.PASSWORD)

    def tabs(self) -> Sequence[Place]:
        """Give the pages of Réglages that the reader may open."""
        return tabs(self.asking.visitor.rights)

    def kit(self) -> tuple[datetime | None, bool]:
        """Give when the paper kit was made, None when there is none, and whether it is too old."""
        made = made_at(self.console.home)
        return made, made is None or self.console.clock() - made > STALE

    def frame(self) -> Frame:
        """Give what is around the page."""
        try:
            frame = frame_of(self.console, self.asking, self.request.url.path)
        except CloisonError:  # the page may be the very one that says so
            frame = Frame(hospital="", path=self.request.url.path, places=())
        return replace(frame, night=THEMES.get(self.request.cookies.get("theme", ""), frame.night))

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - a template's
        """Answer with a page.

        Args:
            template: a file of `templates/`.
            status: HTTP status.
            values: what the template names, beside `_`, `frame` and `page`; `frame` too, for a page about another case.
        """
        template_ = environment().get_template(template)
        return self._answer(template_.render(**{"frame": self.frame(), **values}, _=self.say, page=self), status)

    def part(self, template: str, **values: Any) -> str:  # noqa: ANN401 - a template's
        """Write a part of a page that all who have the same rights and language share; see `answer_part`."""
        frame = Frame(hospital="", path="", places=(), csrf=_THEIRS)
        return environment().get_template(template).render(frame=frame, **values, _=self.say, page=None)

    def answer_part(self, text: str) -> HTMLResponse:
        """Answer with a part, the reader's own token in its forms."""
        return self._answer(text.replace(_THEIRS, self.asking.visitor.csrf), 200)

    def told_by(self, story: Callable[[Frame], str]) -> HTMLResponse:
        """Answer with a page that a demonstration's story tells."""
        return self._answer(story(self.frame()), 200)

    def _answer(self, body: str, status: int) -> HTMLResponse:
        answer = HTMLResponse(body, status_code=status)
        if self._asked_language() is not None:
            keep_language(answer, self.console, self.language)
        return answer

    def fault(self, template: str, error: CloisonError, *, status: int = 422, **values: Any) -> HTMLResponse:  # noqa: ANN401
        """Answer a form with the same page and what is wrong, `fault` in the template."""
        answer = self.render(template, status=status, fault=error, **values)
        if isinstance(error, TooManyAttemptsError):
            answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @staticmethod
    def paper(content: bytes, name: str) -> Response:
        """Answer with a PDF."""
        told = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(content, media_type="application/pdf", headers=told)

    @staticmethod
    def go(address: str, *, told: str = "") -> RedirectResponse:
        """Answer a form with another page: reloading it does nothing twice."""
        query = f"?{urlencode({'told': told})}" if told else ""
        return RedirectResponse(address + query, status_code=SEE_OTHER)

    def _asked_language(self) -> str | None:
        asked = self.request.query_params.get("lang")
        return asked if asked in self.console.languages else None

    def _language(self) -> str:
        person = self.asking.visitor.person
        kept = language_kept(self.request, self.console)
        theirs = person.language if person and person.language in self.console.languages else None
        return self._asked_language() or kept or theirs or self.console.language


def page_of(request: Request) -> Page:
    """Give the page that a request asks for."""
    return Page(request)


OnPage = Annotated[Page, Depends(page_of)]
