import httpx
import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.ops.accounts import speak
from cloison.ui.web.app import make_app
from cloison.ui.web.page import Page, environment


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    return live(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def address(console):
    with serving(make_app(console)) as address:
        yield address


def language_of(answer):
    return answer.text.partition('<html lang="')[2][:2]


def test_the_language_is_the_one_asked_for_then_the_browsers_then_the_persons(address, console):
    opened = session_of(console, Role.ON_CALL)
    speak(console.database, opened.person, "en")
    with signed_in(address, opened) as browser:
        assert language_of(browser.get("/compte")) == "en"
        assert language_of(browser.get("/compte?lang=fr")) == "fr"
        assert language_of(browser.get("/compte")) == "fr"
        assert language_of(browser.get("/compte?lang=xx")) == "fr"


def test_a_form_answers_with_a_redirect_that_says_what_was_done():
    assert Page.go("/compte", told="kept").headers["location"] == "/compte?told=kept"
    assert Page.go("/compte").status_code == 303


def test_what_templates_print_is_escaped_and_legible():
    template = environment().from_string("{{ name }}")
    assert template.render(name="<b>\u202ex\x1b") == "&lt;b&gt;&lt;U+202E&gt;x&lt;U+001B&gt;"


def test_the_reader_chooses_day_or_night(address, console):
    with signed_in(address, session_of(console, Role.READER)) as browser:
        assert 'media="screen and (prefers-color-scheme: dark)"' in browser.get("/compte").text
        browser.cookies.set("theme", "night")
        assert 'media="screen"' in browser.get("/compte").text
        browser.cookies.set("theme", '"><script>')
        assert "<script>" not in browser.get("/compte").text


def test_a_page_from_a_link_elsewhere_is_asked_for_again_by_ourselves(address):
    headers = {"Sec-Fetch-Site": "cross-site", "Accept": "text/html"}
    with httpx.Client(verify=False, base_url=address, follow_redirects=True) as browser:  # noqa: S501 - plain HTTP
        first = browser.get("/carte", headers=headers)
        assert '<meta http-equiv="refresh" content="0; url=/carte">' in first.text
        again = browser.get("/carte", headers={**headers, "Sec-Fetch-Site": "same-origin"})
        assert 'name="password"' in again.text
