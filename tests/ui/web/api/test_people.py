from datetime import timedelta

import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Right, Role
from cloison.ops.tokens import make_token
from cloison.store.reads import note_read
from cloison.ui.web.app import make_app
from cloison.ui.web.console import ONLOOKER


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def browser(console):
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.ADMINISTRATOR)) as browser:
        yield browser


def test_accounts_are_listed_without_what_proves_them(browser):
    assert browser.get("/api/v1/people").json() == [
        {
            "id": browser.get("/api/v1/people").json()[0]["id"],
            "login": "administrator",
            "name": "T. Clef",
            "role": "administrator",
            "active": True,
            "wall": False,
        }
    ]


def test_readings_are_listed_page_by_page(browser, console):
    for number in range(3):
        note_read(console.database, ONLOOKER, str(number), address="10.0.0.1", now=console.clock())
    first = browser.get("/api/v1/reads?most=2").json()
    assert [read["what"] for read in first] == ["2", "1"]
    assert [read["what"] for read in browser.get(f"/api/v1/reads?before={first[-1]['number']}").json()] == ["0"]


def test_ones_own_token_is_listed_and_ended(browser, console):
    person = session_of(console, Role.ADMINISTRATOR).person
    lasts, now = timedelta(days=1), console.clock()
    _, token = make_token(console.database, person, "essai", frozenset({Right.READ}), lasts=lasts, now=now)
    assert [(one["id"], one["scopes"]) for one in browser.get("/api/v1/tokens").json()] == [(token.id, ["read"])]
    assert browser.delete(f"/api/v1/tokens/{token.id}").status_code == 204
    assert browser.delete(f"/api/v1/tokens/{token.id}").status_code == 404
