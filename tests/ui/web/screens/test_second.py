import html
import re

import pyotp
import pytest
from tests.ops.software_key import SoftwareKey
from tests.ui.web.consoles import PASSWORD, live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.accounts import Kind, credentials_of
from cloison.store.sessions import Stage
from cloison.ui.web.app import make_app


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def address(console):
    with serving(make_app(console)) as address:
        yield address


def browser_of(address, opened):
    browser = signed_in(address, opened)
    browser.follow_redirects = True
    return browser


def secret_and_pending(page):
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text).group(1).replace(" ", "")
    return secret, html.unescape(re.search(r'name="pending" value="([^"]*)"', page.text).group(1))


def test_an_application_is_registered_by_its_code_and_recovery_codes_are_shown_once(console, address):
    opened = session_of(console, Role.ON_CALL, Stage.ENROL)
    with browser_of(address, opened) as browser:
        page = browser.get("/compte/second")
        assert "<svg" in page.text
        secret, pending = secret_and_pending(page)
        assert browser.post("/compte/second", data={"pending": pending, "code": "000000"}).status_code == 422
        assert browser.post("/compte/second", data={"pending": "x", "code": "000000"}).status_code == 403
        made = browser.post("/compte/second", data={"pending": pending, "code": pyotp.TOTP(secret).now()})
        assert len(re.findall(r"<li><code>[a-z2-9-]{14}</code>", made.text)) == 10
        assert browser.get("/").url.path == "/"
    assert [one.kind for one in credentials_of(console.database, opened.person.id, Kind.TOTP)] == [Kind.TOTP]


def test_a_recovery_code_opens_and_a_wrong_one_does_not(console, address):
    opened = session_of(console, Role.ON_CALL)
    with browser_of(address, opened) as browser:
        secret, pending = secret_and_pending(browser.get("/compte/second"))
        made = browser.post("/compte/second", data={"pending": pending, "code": pyotp.TOTP(secret).now()})
        code = re.search(r"<li><code>([a-z2-9-]{14})</code>", made.text).group(1)
    with browser_of(address, session_of(console, Role.ON_CALL, Stage.SECOND)) as browser:
        assert browser.get("/").url.path == "/entree/second"
        assert browser.post("/entree/second", data={"code": "abcd-efgh-jkmn"}).status_code == 401
        assert browser.post("/entree/second", data={"code": code}).url.path == "/"


def test_a_key_is_registered_and_opens(console, address):
    named = address.replace("127.0.0.1", "localhost")
    key = SoftwareKey(named)
    with browser_of(named, session_of(console, Role.ON_CALL, Stage.ENROL)) as browser:
        answer = key.make(browser.post("/compte/second/cle/demande").text)
        made = browser.post("/compte/second/cle", data={"answer": answer, "name": "Clé"})
        assert "Codes de secours" in made.text
    with browser_of(named, session_of(console, Role.ON_CALL, Stage.SECOND)) as browser:
        assert "data-passkey" in browser.get("/entree/second").text
        assert browser.post("/entree/second/cle", data={"answer": "{}"}).status_code == 401
        answer = key.sign(browser.post("/entree/second/cle/demande").text)
        assert browser.post("/entree/second/cle", data={"answer": answer}).url.path == "/"


def test_only_at_this_machine_may_one_wait_and_then_no_door_moves(console, address, tmp_path):
    with browser_of(address, session_of(console, Role.ON_CALL, Stage.ENROL)) as browser:
        assert browser.post("/compte/second/plus-tard").url.path == "/"
        assert "aucune porte ne bouge" not in browser.get("/").text
        assert "cette session ne bouge aucune porte" in browser.get("/compte").text
    reached = live(tmp_path, loopback=False)
    with (
        serving(make_app(reached)) as other,
        browser_of(other, session_of(reached, Role.ON_CALL, Stage.ENROL)) as browser,
    ):
        assert "plus-tard" not in browser.get("/compte/second").text
        assert browser.post("/compte/second/plus-tard").status_code == 403


def test_new_recovery_codes_are_signed_for(console, address):
    with browser_of(address, session_of(console, Role.ON_CALL)) as browser:
        assert browser.post("/compte/codes", data={"secret": "faux"}).status_code == 401
        assert browser.post("/compte/codes", data={"secret": PASSWORD}).text.count("<li><code>") == 10
