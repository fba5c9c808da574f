import re

import httpx
import pytest
from tests.ui.web.consoles import PASSWORD, live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.accounts import Credential, Kind, add_credentials, person_of
from cloison.store.sessions import sessions_of
from cloison.ui.web.app import make_app

SIGNED = {"secret": PASSWORD}


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def address(console):
    with serving(make_app(console)) as address:
        yield address


@pytest.fixture
def opened(console):
    return session_of(console, Role.ON_CALL)


@pytest.fixture
def browser(address, opened):
    with signed_in(address, opened) as browser:
        browser.follow_redirects = True
        yield browser


def test_a_password_is_changed_by_who_knows_it(browser, console, opened):
    other = session_of(console, Role.ON_CALL)
    wanted = {"password": "lune cheval bateau"}
    assert browser.post("/compte/mot-de-passe", data={**wanted, "secret": "faux"}).status_code == 401
    assert browser.post("/compte/mot-de-passe", data={"password": "court", **SIGNED}).status_code == 422
    assert "est changé" in browser.post("/compte/mot-de-passe", data={**wanted, **SIGNED}).text
    left = {one.digest for one in sessions_of(console.database, opened.person.id, now=console.clock())}
    assert left == {opened.session.digest} != {other.session.digest}


def test_a_language_is_chosen_and_kept(browser, console, opened):
    assert '<html lang="en">' in browser.post("/compte/langue", data={"language": "en"}).text
    assert person_of(console.database, id=opened.person.id).language == "en"
    assert browser.post("/compte/langue", data={"language": "xx"}).status_code == 422


def test_a_second_factor_is_taken_away_but_never_the_last(browser, console, opened):
    for name in ("k1", "k2"):
        proof = {"id": name, "person": opened.person.id, "kind": Kind.PASSKEY, "name": name, "secret": "x"}
        add_credentials(console.database, Credential(**proof, created_at=console.clock()))
    assert "sont changés" in browser.post("/compte/second/retirer", data={"proof": "k1", **SIGNED}).text
    assert browser.post("/compte/second/retirer", data={"proof": "k2", **SIGNED}).status_code == 422


def test_other_sessions_are_seen_and_ended(browser, console, opened):
    session_of(console, Role.ON_CALL)
    assert browser.get("/compte").text.count("<time datetime") >= 2
    browser.post("/compte/sessions/fermer")
    assert len(sessions_of(console.database, opened.person.id, now=console.clock())) == 1


def test_a_token_is_shown_once_serves_and_ends(browser, address):
    made = browser.post("/compte/jetons", data={"name": "supervision", "days": "30", "scope": ["read"], **SIGNED})
    secret = re.search(r"<code>(cloison_[^<]*)</code>", made.text).group(1)
    assert secret not in browser.get("/compte").text
    bearer = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{address}/api/v1/me", headers=bearer).json()["rights"] == ["read"]
    token = re.search(r"/compte/jetons/(\w+)/fin", browser.get("/compte").text).group(1)
    assert "a pris fin" in browser.post(f"/compte/jetons/{token}/fin").text
    assert httpx.get(f"{address}/api/v1/me", headers=bearer).status_code == 401
    assert browser.post(f"/compte/jetons/{token}/fin").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "0"},
        {"days": "x"},
        {"days": "99999"},
        {"scope": ["roi"]},
        {"scope": ["approve"]},
        {"name": ""},
        {"scope": []},
    ],
)
def test_a_token_that_may_not_be_is_refused(browser, wrong):
    asked = {"name": "supervision", "days": "30", "scope": ["read"], **SIGNED, **wrong}
    assert browser.post("/compte/jetons", data=asked).status_code in {403, 422}
