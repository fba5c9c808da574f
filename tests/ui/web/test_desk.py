"""The desk that nobody watches, and the key in a drawer: in a real browser."""

import pytest
from playwright.sync_api import expect
from tests.ui.web.consoles import PASSWORD, live, serving, session_of

from cloison.model.people import Role
from cloison.store.sessions import Stage
from cloison.ui.web.app import make_app


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def page(browser, console):
    with serving(make_app(console)) as address:
        context = browser.new_context(base_url=address.replace("127.0.0.1", "localhost"))
        yield context.new_page()
        context.close()


def come_in(page, console, stage=Stage.OPEN):
    opened = session_of(console, Role.ADMINISTRATOR, stage)
    page.context.add_cookies([{"name": "cloison", "value": opened.cookie, "domain": "localhost", "path": "/"}])


def test_a_page_that_nobody_touches_is_covered_and_keeps_what_was_typed(page, console):
    come_in(page, console)
    page.goto("/reglages")
    page.fill("#name", "en train d’écrire")
    page.evaluate("localStorage.setItem('cloison-seen', '1')")
    password = page.get_by_label("Mot de passe de T. Clef")
    expect(password).to_be_focused(timeout=20_000)
    expect(page.locator("#name")).to_be_hidden()
    expect(page.get_by_role("heading", name="Réglages")).to_have_count(0)
    password.fill("faux")
    password.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas votre mot de passe", timeout=20_000)
    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.locator("#name")).to_have_value("en train d’écrire", timeout=20_000)
    expect(page.locator("#name")).to_be_visible(timeout=20_000)


def test_a_session_that_the_server_locks_covers_its_pages(page, console):
    come_in(page, console)
    page.goto("/reglages")
    other = page.context.new_page()
    other.goto("/reglages")
    other.get_by_role("button", name="Verrouiller").click()
    expect(page.locator("#name")).to_be_visible(timeout=20_000)
    page.bring_to_front()
    expect(page.get_by_label("Mot de passe de T. Clef")).to_be_visible(timeout=20_000)


def test_a_key_of_the_browser_is_registered_and_then_opens(page, console):
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    come_in(page, console, Stage.ENROL)
    page.goto("/compte/second")
    page.get_by_label("Nom de la clé").fill("Clé du bureau")
    page.get_by_role("button", name="Enregistrer une clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible(timeout=20_000)
    come_in(page, console, Stage.SECOND)
    page.goto("/")
    page.get_by_role("button", name="Utiliser ma clé").click()
    page.wait_for_url("**/", timeout=20_000)
