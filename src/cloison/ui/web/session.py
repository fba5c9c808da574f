"""Who is asking: from a cookie, a token, or nobody."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request, Response

from cloison.errors import SignInError
from cloison.model.people import Person, Visitor
from cloison.ops.entrance import Client, Opened, rights_of
from cloison.ops.tokens import visitor_of_token
from cloison.store.sessions import Session, Stage
from cloison.ui.web.console import ONLOOKER, Console
from cloison.words import say

NOBODY = Visitor(name="", rights=frozenset())
_SESSION, _BROWSER, _LANGUAGE = "cloison", "cloison-browser", "cloison-lang"
_YEAR = 365 * 24 * 3600
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and from where.

    Attributes:
        visitor: nobody, when no session and no token is known.
        stage: how far the session is; None without one. A token counts as open.
        session: None for a token.
        signature: what the person signed this very request with; empty: it was not signed.
    """

    visitor: Visitor
    client: Client
    stage: Stage | None = None
    session: Session | None = None
    signature: str = ""

    @property
    def person(self) -> Person:
        """The person who asks.

        Raises:
            SignInError: nobody is signed in: it is a demonstration, say.
        """
        if self.visitor.person is None:
            raise nobody_is_signed_in()
        return self.visitor.person

    @property
    def own_session(self) -> Session:
        """The session of who asks.

        Raises:
            SignInError: there is none: it is a demonstration, or a token asks.
        """
        if self.session is None:
            raise nobody_is_signed_in()
        return self.session

    def signed_with(self, signature: str) -> "Asking":
        """Give the same, signed."""
        return replace(self, signature=signature)


def nobody_is_signed_in() -> SignInError:
    """Give the error of who is not let in."""
    return SignInError(
        say("nobody is signed in"), fix=say("sign in, or send a token that is still good"), where="session"
    )


def asking_of(request: Request, console: Console, *, gesture: bool) -> Asking:
    """Find who asks."""
    client = Client(
        address=address_of(request, console),
        agent=request.headers.get("user-agent", "")[:200],
        browser=request.cookies.get(cookie_name(console, _BROWSER), ""),
    )
    if console.entrance is None:
        return Asking(visitor=ONLOOKER, client=client, stage=Stage.OPEN)
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        known = visitor_of_token(console.database, authorization[len(_BEARER) :].strip(), now=console.clock())
        return Asking(visitor=known, client=client, stage=Stage.OPEN) if known else Asking(NOBODY, client)
    cookie = request.cookies.get(cookie_name(console, _SESSION), "")
    found = console.entrance.recognise(cookie, now=console.clock(), gesture=gesture) if cookie else None
    if found is None:
        return Asking(NOBODY, client)
    session, person = found
    visitor = Visitor(
        name=person.name,
        rights=rights_of(person, session),
        person=person,
        session=session.digest,
        csrf=session.csrf,
    )
    return Asking(visitor, client, session.stage, session)


def nobody_asks() -> Asking:
    """Give who asks where no guard looked: nobody."""
    return Asking(NOBODY, Client(address=""))


def asking(request: Request) -> Asking:
    """Give who asks, as the guard found."""
    found: Asking = request.state.asking
    return found


def console_of(request: Request) -> Console:
    """Give the console that is asked."""
    console: Console = request.app.state.console
    return console


WhoAsks = Annotated[Asking, Depends(asking)]
TheConsole = Annotated[Console, Depends(console_of)]


def cookie_name(console: Console, name: str) -> str:
    """Give a cookie's name; `__Host-` keeps other machines of the domain from setting it (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{name}" if console.secure else name


def keep_session(response: Response, console: Console, opened: Opened) -> None:
    """Give a browser its session, and once it is let in the mark by which it is known again."""
    lasts = int((opened.session.ends_at - opened.session.created_at).total_seconds())
    _keep(response, console, _SESSION, opened.cookie, seconds=lasts)
    if opened.session.stage is Stage.OPEN and console.entrance is not None:
        _keep(response, console, _BROWSER, console.entrance.browser_mark(opened.person), seconds=_YEAR)


def drop_session(response: Response, console: Console) -> None:
    """Take a browser's session away."""
    _keep(response, console, _SESSION, "", seconds=0)


def keep_language(response: Response, console: Console, language: str) -> None:
    """Have a browser remember its language."""
    _keep(response, console, _LANGUAGE, language, seconds=_YEAR)


def language_kept(request: Request, console: Console) -> str | None:
    """Give the language that a browser remembers, if we speak it."""
    kept = request.cookies.get(cookie_name(console, _LANGUAGE))
    return kept if kept in console.languages else None


def address_of(request: Request, console: Console) -> str:
    """Give the address of who asks; behind a proxy, the one that the proxy saw: the last of the list, ours to trust."""
    if console.behind_proxy:
        seen = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if seen:
            return seen[:64]
    return request.client.host if request.client else ""


def _keep(response: Response, console: Console, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        cookie_name(console, name),
        value,
        max_age=seconds,
        path="/",
        secure=console.secure,
        httponly=True,
        samesite="strict",
    )
