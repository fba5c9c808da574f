"""Consoles to try: a demonstration, and one that people sign in to."""

import atexit
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread

import httpx
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI

from cloison.model.people import Person, Role
from cloison.ops import accounts
from cloison.ops.accounts import new_person, password_of
from cloison.ops.entrance import Client, Opened
from cloison.ops.story import Story
from cloison.store.accounts import add_person, person_of
from cloison.store.database import Database
from cloison.store.sessions import Stage
from cloison.ui.languages import LANGUAGES, Translator
from cloison.ui.web.console import Console

# As many rounds as a real password needs would make the tests last minutes.
accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "bateau cheval lune"  # noqa: S105 - of nobody
NAMES = {
    Role.READER: "L. Lecteur",
    Role.ON_CALL: "A. Garde",
    Role.SECURITY_OFFICER: "S. Vigie",
    Role.CRISIS_DIRECTOR: "D. Barre",
    Role.ADMINISTRATOR: "T. Clef",
}
PARIS = {language: Translator(language, "Europe/Paris") for language in LANGUAGES}


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve on a free port of this machine until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            app, log_level="warning", ws="none", lifespan="off", timeout_keep_alive=120, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def demonstration(story: Story) -> Console:
    """A console that shows a story to whoever comes."""
    home = Path(mkdtemp(prefix="cloison-test-"))
    atexit.register(rmtree, home, ignore_errors=True)
    return Console(home, home / "hospital.toml", Database.at(home), story=story, languages=PARIS)


def live(home: Path, **more: object) -> Console:
    """A console that people sign in to, at loopback."""
    return Console.opened(home, home / "hospital.toml", Database.at(home), languages=PARIS, **more)


def person_with(console: Console, role: Role) -> Person:
    """Someone with a role, whose password is `PASSWORD`; made when there is none."""
    now = console.clock()
    known = person_of(console.database, login=role.value)
    if known is not None:
        return known
    person = new_person(role.value, NAMES[role], role, now=now)
    add_person(console.database, person, password_of(person.id, PASSWORD, now=now))
    return person


def session_of(console: Console, role: Role, stage: Stage = Stage.OPEN) -> Opened:
    """A session of someone with a role, past the second factor."""
    assert console.entrance is not None
    person = person_with(console, role)
    return console.entrance.open_session(person, stage, Client(address="127.0.0.1"), now=console.clock(), factor="totp")


def signed_in(address: str, opened: Opened) -> httpx.Client:
    """A browser of our own pages with this session; `csrf` is already in its headers."""
    return httpx.Client(
        verify=False,  # noqa: S501 - plain HTTP at loopback; loading the system's certificates takes the longest
        base_url=address,
        cookies={"cloison": opened.cookie},
        headers={"Sec-Fetch-Site": "same-origin", "X-CSRF": opened.session.csrf, "Accept": "text/html"},
    )
