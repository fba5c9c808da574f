import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.reads import note_read
from cloison.store.settings import LOCKING
from cloison.ui.web.app import make_app
from cloison.ui.web.console import ONLOOKER


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def browser(console):
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.ADMINISTRATOR)) as browser:
        browser.follow_redirects = True
        yield browser


def test_who_is_on_call_stands_on_top_of_every_page(browser):
    kept = browser.post("/reglages/astreinte", data={"name": "B. Nuit", "telephone": "4242"})
    assert "Enregistré." in kept.text
    assert "B. Nuit" in browser.get("/compte").text
    refused = browser.post("/reglages/astreinte", data={"name": "x" * 200})
    assert refused.status_code == 422


def test_when_sessions_lock_is_changed_within_bounds(browser, console):
    browser.post("/reglages/verrou", data={"idle_minutes": "5", "session_hours": "8"})
    assert LOCKING.of(console.database).idle_minutes == 5
    refused = browser.post("/reglages/verrou", data={"idle_minutes": "9999", "session_hours": "8"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


def test_who_read_the_map_is_shown_page_by_page(browser, console):
    for _ in range(101):
        note_read(console.database, ONLOOKER, "plan", address="", now=console.clock())
    page = browser.get("/reglages/lectures")
    assert page.text.count(">plan<") == 100
    older = page.text.partition('href="/reglages/lectures?before=')[2].partition('"')[0]
    assert browser.get(f"/reglages/lectures?before={older}").text.count(">plan<") == 1
