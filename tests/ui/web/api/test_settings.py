import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.ui.web.app import make_app


@pytest.fixture
def browser(tmp_path):
    console = live(tmp_path)
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.ADMINISTRATOR)) as browser:
        yield browser


def test_who_is_on_call_is_read_and_said(browser):
    said = {"name": "B. Nuit", "telephone": "4242"}
    assert browser.put("/api/v1/on-call", json=said).json() == said
    assert browser.get("/api/v1/on-call").json() == said
    assert browser.put("/api/v1/on-call", json={"nom": "x"}).status_code == 422


def test_when_sessions_lock_is_read_and_said(browser):
    said = {"idle_minutes": 5, "session_hours": 8}
    assert browser.put("/api/v1/locking", json=said).json() == said
    for wrong in ({"idle_minutes": 0, "session_hours": 8}, {"idle_minutes": 10**30}, {"idle_minutes": "x"}):
        refused = browser.put("/api/v1/locking", json=wrong)
        assert refused.status_code == 422
        assert refused.json()["fix"]
    assert browser.get("/api/v1/locking").json() == said
