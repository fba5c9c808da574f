"""A console on the night: a map whose devices are in memory and armed, people of two roles, and their browsers."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient
from tests.ui.web.consoles import PARIS

from cloison.model.people import Role
from cloison.ops.accounts import digest_of, new_person, password_of
from cloison.ops.entrance import Client
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.rehearse.shipped import shipped_map
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.hospital_file import load
from cloison.store.sessions import Stage
from cloison.store.writing import hospital_text
from cloison.ui.web.app import make_app
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_view import desk_of

PASSWORD = "une phrase pour la nuit"  # noqa: S105 - of people invented for the tests
NAMES = {
    "anne": ("Anne Durand", Role.ON_CALL),
    "brice": ("Brice Martin", Role.CRISIS_DIRECTOR),
    "chloe": ("Chloé Roux", Role.SECURITY_OFFICER),
    "luc": ("Luc Petit", Role.READER),
    "dora": ("Dora Leroy", Role.ADMINISTRATOR),
}


def console_at(home: Path) -> Console:
    """Make a home with the hospital that ships, its doors in memory."""
    with shipped_map() as path:
        hospital = load(path)
    points = tuple(
        point if point.driver == "manual" else replace(point, driver="memory", address=None)
        for point in hospital.enforcement_points
    )
    hospital = replace(hospital, enforcement_points=points)
    home.mkdir(parents=True, exist_ok=True)
    (home / "hospital.toml").write_text(hospital_text(hospital), encoding="utf-8")
    arm(hospital, Means(home=home))
    console = Console.opened(home, home / "hospital.toml", Database.at(home), languages=PARIS)
    now = datetime.now(UTC)
    for login, (name, role) in NAMES.items():
        person = new_person(login, name, role, now=now)
        add_person(console.database, person, password_of(person.id, PASSWORD, now=now))
    return console


def cookie_of(console: Console, login: str) -> tuple[str, str]:
    """Sign a person in, second factor and all; gives the cookie and what forms send back."""
    entrance = console.entrance
    opened = entrance.sign_in(login, PASSWORD, Client(address="127.0.0.1"), now=console.clock())
    let = entrance.let_in(opened.session, opened.person, "totp", now=console.clock())
    assert let.session.stage is Stage.OPEN
    assert digest_of(let.cookie) == let.session.digest
    return let.cookie, let.session.csrf


class Browser:
    """A person's browser, without the pictures."""

    def __init__(self, console: Console, login: str) -> None:
        cookie, self.csrf = cookie_of(console, login)
        self._client = TestClient(make_app(console), base_url="http://127.0.0.1", follow_redirects=True)
        self._client.cookies.set("cloison", cookie)

    def get(self, address, **more):
        return self._client.get(address, **more)

    def post(self, address, *, files=None, **fields):
        return self._client.post(
            address, data={"csrf": self.csrf, **fields}, files=files, headers={"sec-fetch-site": "same-origin"}
        )


@contextmanager
def night(home):
    """Give a console, and end its work."""
    console = console_at(home)
    try:
        yield console
    finally:
        desk_of(console).worker.stop()
        console.database.close()
