"""From the first start to the door, as a browser without scripts goes."""

import re

import httpx
import pytest
from tests.ui.web.consoles import PASSWORD, live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.ops.accounts import first_link
from cloison.store.accounts import everyone
from cloison.store.sessions import Stage
from cloison.store.settings import LOCKING, Locking
from cloison.ui.web.app import make_app
from cloison.ui.web.screens.entrance import ours

HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def browser_at(address):
    return httpx.Client(verify=False, base_url=address, headers=HEADERS, follow_redirects=True)  # noqa: S501 - plain HTTP


def csrf_of(answer):
    return re.search(r'name="csrf" value="([^"]*)"', answer.text).group(1)


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def address(console):
    with serving(make_app(console)) as address:
        yield address


def test_the_first_start_leads_to_the_second_factor_and_serves_once(console, address):
    link = f"/premier/{first_link(console.database, now=console.clock())}"
    with browser_at(address) as browser:
        assert browser.get("/").url.path == "/entree"
        typed = {"login": "t.clef", "name": "T. Clef"}
        refused = browser.post(link, data={**typed, "password": "court"})
        assert refused.status_code == 422
        assert 'value="t.clef"' in refused.text
        assert browser.post(link, data={**typed, "password": PASSWORD}).url.path == "/compte/second"
        assert browser.get("/carte").url.path == "/compte/second"
        assert browser.get(link).status_code == 403
    assert [one.role for one in everyone(console.database)] == [Role.ADMINISTRATOR]


def test_a_reader_signs_in_to_the_page_that_was_asked_for(console, address):
    session_of(console, Role.READER)
    with browser_at(address) as browser:
        asked = browser.get("/carte")
        assert (asked.url.path, asked.url.params["next"]) == ("/entree", "/carte")
        wrong = browser.post("/entree", data={"login": "reader", "password": "faux", "next": "/carte"})
        assert wrong.status_code == 401
        assert "ne vont pas ensemble" in wrong.text
        right = browser.post("/entree", data={"login": "reader", "password": PASSWORD, "next": "/carte"})
        assert (right.url.path, right.status_code) == ("/carte", 200)
        assert browser.get("/entree").url.path == "/"
        out = browser.post("/sortie", data={"csrf": csrf_of(right)})
        assert out.url.path == "/entree"
        assert browser.get("/carte").url.path == "/entree"


@pytest.mark.parametrize(
    "address",
    ["//ailleurs.example", "/\\ailleurs.example", "https://ailleurs.example", "javascript:alert(1)", "", "/a\nb"],
)
def test_nobody_is_led_elsewhere_after_signing_in(address):
    assert ours(address) == "/"


def test_a_page_of_ours_is_gone_on_to():
    assert ours("/situation/abc") == "/situation/abc"


def test_a_locked_session_shows_nothing_until_the_password_and_goes_back(console, address):
    opened = session_of(console, Role.ON_CALL)
    with signed_in(address, opened) as browser:
        browser.follow_redirects = True
        assert browser.post("/verrou/fermer").url.path == "/verrou"
        locked = browser.get("/carte")
        assert (locked.url.path, locked.url.params["next"]) == ("/verrou", "/carte")
        assert browser.post("/verrou", data={"password": "faux", "next": "/carte"}).status_code == 401
        assert browser.post("/verrou", data={"password": PASSWORD, "next": "/carte"}).url.path == "/carte"


def test_the_page_that_a_clock_leads_to_locks(console, address):
    opened = session_of(console, Role.ON_CALL)
    with signed_in(address, opened) as browser:
        page = browser.get("/compte")
        assert '<noscript><meta http-equiv="refresh" content="605; url=/verrou?next=/compte">' in page.text
        browser.get("/verrou")
    assert console.entrance.recognise(opened.cookie, now=console.clock(), gesture=False)[0].stage is Stage.LOCKED


def test_typing_keeps_a_session_open(console, address):
    LOCKING.change(console.database, Locking(idle_minutes=1), by="", now=console.clock())
    opened = session_of(console, Role.ON_CALL)
    with signed_in(address, opened) as browser:
        assert browser.post("/verrou/present").status_code == 204
        browser.headers.pop("X-CSRF")
        assert browser.post("/verrou/present").status_code == 403


def test_guesses_are_told_to_wait(console, address):
    session_of(console, Role.READER)
    with browser_at(address) as browser:
        told = [browser.post("/entree", data={"login": "reader", "password": "faux"}) for _ in range(6)]
    assert [answer.status_code for answer in told][:5] == [401, 401, 401, 401, 429]
    assert int(told[4].headers["retry-after"]) >= 1
    assert "Attendez" in told[4].text
