from dataclasses import replace

import httpx
import pytest
from tests.ops.provider import CLIENT, SECRET, Provider
from tests.ui.web.consoles import live, serving

from cloison.model.people import Role
from cloison.ops.directory import Directory
from cloison.store.accounts import everyone
from cloison.store.directory_file import DirectorySettings
from cloison.ui.web.app import make_app

HEADERS = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def provider():
    return Provider({"groups": ["GG-RSSI"], "name": "S. Vigie", "amr": ["pwd", "otp"]})


@pytest.fixture
def console(tmp_path, provider):
    with serving(provider.app()) as issuer:
        roles = {"GG-RSSI": Role.SECURITY_OFFICER}
        settings = DirectorySettings(
            issuer=issuer, client_id=CLIENT, client_secret=SECRET, roles=roles, name="l’annuaire du CH"
        )
        plain = live(tmp_path)
        yield replace(plain, directory=Directory(settings, plain.database))


@pytest.fixture
def browser(console):
    with (
        serving(make_app(console)) as address,
        httpx.Client(verify=False, base_url=address, headers=HEADERS, follow_redirects=True) as browser,  # noqa: S501
    ):
        yield browser


def test_the_directory_lets_in_who_has_a_role_and_showed_two_factors(browser, console):
    assert "Se connecter avec l’annuaire du CH" in browser.get("/entree").text
    back = browser.get("/entree/annuaire")
    assert back.url.path == "/entree/annuaire/retour"
    assert 'content="0; url=/"' in back.text
    assert browser.get("/compte").status_code == 200
    assert [one.name for one in everyone(console.database)] == ["S. Vigie"]


def test_with_a_password_alone_the_second_factor_is_made_here(browser, provider):
    provider.claims.pop("amr")
    assert 'content="0; url=/compte/second"' in browser.get("/entree/annuaire").text


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(browser):
    answer = browser.get("/entree/annuaire/retour?code=x&state=y")
    assert answer.status_code == 401
    assert "n’a rien demandé à l’annuaire" in answer.text


def test_a_directory_that_is_down_leaves_the_local_door_open(browser, provider):
    provider.down = True
    answer = browser.get("/entree/annuaire")
    assert answer.status_code == 503
    assert 'name="password"' in answer.text


def test_a_console_without_a_directory_says_so(tmp_path):
    with serving(make_app(live(tmp_path))) as address:
        assert httpx.get(f"{address}/entree/annuaire", headers=HEADERS).status_code == 401
