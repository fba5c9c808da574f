"""The entrance: password, second factor, lock, signature; who guesses waits longer each time.

A wrong guess makes only its own place wait: the pair of an account and where the guess came from, and that place. An
account is never shut from afar: the director must come in at 2 a.m. whoever tries the director's name meanwhile. A
browser that was let in before carries a mark, and waits for its own mistakes only (OWASP, "device cookies").
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from cloison.errors import SignInError, TooManyAttemptsError
from cloison.model.noun import noun
from cloison.model.people import RIGHTS, Person, Right
from cloison.ops.accounts import digest_of, folded, right_password
from cloison.ops.factors import Factors
from cloison.ops.guessing import many, tell_of_guesses
from cloison.store.accounts import SECOND, Kind, credentials_of, person_of
from cloison.store.database import Database
from cloison.store.home_key import HomeKey
from cloison.store.sessions import (
    Session,
    Stage,
    add_session,
    begin_guess,
    change_session,
    end_guess,
    see_session,
    session_of,
)
from cloison.store.settings import LOCKING
from cloison.words import say

FREE_GUESSES, FREE_GUESSES_OF_A_PLACE = 4, 20
NEVER_WAITS = 1_000_000_000
"""Guesses of one login from everywhere are counted to be told, and make nobody wait."""
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
WALL_LASTS = timedelta(days=30)
_HANDOVER = timedelta(seconds=15)
_SEEN_EVERY = timedelta(seconds=20)
"""A gesture is noted at most this often: a page of forty requests is one write."""


@noun
class Client:
    """Where a request comes from.

    Attributes:
        address: IP.
        browser: the mark that a browser let in before carries; empty: a stranger.
    """

    address: str
    agent: str = ""
    browser: str = ""


@noun
class Opened:
    """A session just opened or renewed.

    Attributes:
        cookie: what the browser keeps, and nobody else.
    """

    cookie: str
    session: Session
    person: Person


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door of one home.

    Attributes:
        database: where accounts, sessions and wrong guesses are kept.
        key: the home's.
    """

    database: Database
    key: HomeKey

    def sign_in(self, login: str, password: str, client: Client, *, now: datetime) -> Opened:
        """Check a password and open a session, at the stage that comes next.

        Raises:
            SignInError: the login or the password is wrong.
            TooManyAttemptsError: too many were, from there.
        """
        person = person_of(self.database, login=folded(login))
        places = self._places(folded(login), person, client)
        self._begin(places, client, now=now)
        if not right_password(self.database, person, password) or person is None or not person.active:
            raise SignInError(
                say("this login and this password do not go together"),
                fix=say("try again; an administrator can send you a one-time link"),
                where="login",
            )
        self._end(places)
        return self.enter(person, client, now=now)

    def enter(self, person: Person, client: Client, *, now: datetime) -> Opened:
        """Open a session for someone whose password is known to be right, at the stage that comes next."""
        return self.open_session(person, self._next_stage(person), client, now=now)

    def open_session(self, person: Person, stage: Stage, client: Client, *, now: datetime, factor: str = "") -> Opened:
        """Open a session for someone who has been recognised."""
        cookie = secrets.token_urlsafe(32)
        lasts = WALL_LASTS if person.wall else timedelta(hours=LOCKING.of(self.database).session_hours)
        session = Session(
            digest=digest_of(cookie),
            person=person.id,
            stage=stage,
            csrf=secrets.token_urlsafe(24),
            created_at=now,
            seen_at=now,
            ends_at=now + lasts,
            address=client.address,
            agent=client.agent,
            factor=factor,
        )
        add_session(self.database, session)
        return Opened(cookie=cookie, session=session, person=person)

    def guessed(self, person: Person, client: Client, check: Callable[[], str], *, now: datetime) -> str:
        """Check a code or a key, where whoever guesses waits longer each time; gives what was shown.

        Raises:
            SignInError: it is not right.
            TooManyAttemptsError: too many were not, from there.
        """
        places = self._places(f"{person.login} second", person, client)
        self._begin(places, client, now=now)
        shown = check()
        self._end(places)
        return shown

    def let_in(self, session: Session, person: Person, factor: str, *, now: datetime) -> Opened:
        """Open the door to someone who has shown the second factor; the cookie changes with the rights.

        The one before stays good for a moment: a page that still follows events with it must not take this for the
        end of the session, and leave before the answer with the new cookie has come.
        """
        change_session(self.database, replace(session, ends_at=min(session.ends_at, now + _HANDOVER)))
        client = Client(address=session.address, agent=session.agent)
        return self.open_session(person, Stage.OPEN, client, now=now, factor=factor)

    def recognise(self, cookie: str, *, now: datetime, gesture: bool) -> tuple[Session, Person] | None:
        """Give the session that a cookie opens, locked if nobody was there for a while.

        `gesture` tells that somebody did something; without it the page asks by itself.
        """
        session = session_of(self.database, digest_of(cookie), now=now)
        person = person_of(self.database, id=session.person) if session else None
        if session is None or person is None or not person.active:
            return None
        idle = timedelta(minutes=LOCKING.of(self.database).idle_minutes)
        if session.stage is Stage.OPEN and not person.wall and now - session.seen_at > idle:
            session = self.lock(session)
        if gesture and session.stage is not Stage.LOCKED and now - session.seen_at > _SEEN_EVERY:
            see_session(self.database, session.digest, now=now)
        return session, person

    def lock(self, session: Session) -> Session:
        """Lock a session that is open: its page stays, and asks for the password."""
        if session.stage is not Stage.OPEN:
            return session
        locked = replace(session, stage=Stage.LOCKED)
        change_session(self.database, locked)
        return locked

    def unlock(self, session: Session, person: Person, secret: str, client: Client, *, now: datetime) -> None:
        """Open a locked session again.

        Raises:
            SignInError, TooManyAttemptsError: see `prove`.
        """
        self.prove(person, secret, client, now=now)
        change_session(self.database, replace(session, stage=Stage.OPEN, seen_at=now))

    def prove(self, person: Person, secret: str, client: Client, *, now: datetime) -> str:
        """Have a person say again who they are: to sign, or to unlock.

        The secret is the password; of who comes by the directory and has none here, a code of the application.

        Returns:
            What they signed with.

        Raises:
            SignInError: the password is wrong.
            TooManyAttemptsError: too many were, from there.
        """
        wrong = SignInError(
            say("this is not your password"), fix=say("type it again: nothing was done"), where="password"
        )
        if not secret:
            raise wrong  # an empty field is no guess
        if not credentials_of(self.database, person.id, Kind.PASSWORD):
            # The directory knows the password, and may be down: a code of the application signs.
            factors = Factors(self.database, self.key, person)
            return self.guessed(person, client, lambda: factors.check_code(secret, now=now), now=now)
        places = self._places(person.login, person, client)
        self._begin(places, client, now=now)
        if not right_password(self.database, person, secret):
            raise wrong
        self._end(places)
        return Kind.PASSWORD.value

    def browser_mark(self, person: Person) -> str:
        """Give what a browser that was let in keeps, so that others' guesses do not make it wait."""
        nonce = secrets.token_hex(8)
        return f"{nonce}.{self.key.mark('browser', f'{person.id} {nonce}')}"

    def _next_stage(self, person: Person) -> Stage:
        if any(proof.kind in SECOND for proof in credentials_of(self.database, person.id)):
            return Stage.SECOND
        return Stage.OPEN if RIGHTS[person.role] == {Right.READ} else Stage.ENROL

    def _places(self, login: str, person: Person | None, client: Client) -> dict[str, int]:
        """Give the counts that a guess falls under, and how many each has free."""
        nonce, _, mark = client.browser.partition(".")
        if person is not None and nonce and self.key.marked("browser", f"{person.id} {nonce}", mark):
            return {f"browser {person.id} {nonce}": FREE_GUESSES}
        block = _block(client.address)
        # The login is what somebody typed, as long as they pleased, and maybe a password in the wrong field.
        typed = self.key.mark("login", login)[:32]
        return {
            f"login {typed}": NEVER_WAITS,
            f"account {typed} {block}": FREE_GUESSES,
            f"place {block}": FREE_GUESSES_OF_A_PLACE,
        }

    def _begin(self, places: dict[str, int], client: Client, *, now: datetime) -> None:
        counts = dict.fromkeys(places, 1)

        def pause(key: str, count: int) -> timedelta:
            counts[key] = count + 1
            over = count - places[key]
            return min(timedelta(seconds=2 ** min(over, 20)), LONGEST_WAIT) if over >= 0 else timedelta()

        left = begin_guess(self.database, places, pause, now=now, memory=FORGOTTEN_AFTER)
        if left > timedelta():
            seconds = int(left.total_seconds()) + 1
            raise TooManyAttemptsError(
                say("too many wrong guesses came from here"),
                fix=say("wait {seconds} s, then try once", seconds=seconds),
                where="login",
                seconds=seconds,
            )
        if reached := many(counts):
            tell_of_guesses(self.database, reached, client.address, now=now)

    def _end(self, places: dict[str, int]) -> None:
        # The place keeps its count: who has an account would guess others' between two of their own sign-ins.
        whole = [key for key in places if key.startswith("place ")]
        end_guess(self.database, forgotten=places.keys() - set(whole), lessened=whole)


def rights_of(person: Person, session: Session) -> frozenset[Right]:
    """Give what a session may do: without a second factor, nothing that moves a door or makes an account."""
    rights = RIGHTS[person.role]
    return rights if session.factor else rights - {Right.APPROVE, Right.SEAL, Right.PEOPLE}


def _block(address: str) -> str:
    """Give what one guesser holds: an IPv4 address, or a /64 of IPv6 (RFC 6177)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
