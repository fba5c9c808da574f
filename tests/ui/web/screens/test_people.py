import re

import pytest
from tests.ui.web.consoles import PASSWORD, live, person_with, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.accounts import person_of
from cloison.store.sessions import sessions_of
from cloison.ui.web.app import make_app

SIGNED = {"secret": PASSWORD}
HOSTILE = "<script>document.title='pris'</script>"


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


@pytest.fixture
def browser(console):
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.ADMINISTRATOR)) as browser:
        browser.follow_redirects = True
        yield browser


def invite(browser, **more):
    given = {"login": "b.martin", "name": "B. Martin", "role": "on-call", **SIGNED, **more}
    return browser.post("/reglages/personnes", data=given)


def test_an_invitation_gives_a_link_by_which_the_person_comes_in(browser):
    link = re.search(r"<code>(http[^<]*)</code>", invite(browser).text).group(1)
    welcome = browser.get(link)
    assert "Bienvenue, B. Martin" in welcome.text
    browser.headers.pop("X-CSRF")
    browser.cookies.clear()
    assert browser.post(link, data={"password": "lune cheval bateau"}).url.path == "/compte/second"


@pytest.mark.parametrize(
    "wrong", [{"login": ""}, {"login": "administrator"}, {"role": "roi"}, {"name": ""}, {"wall": "1"}]
)
def test_an_invitation_that_is_refused_keeps_what_was_typed(browser, wrong):
    refused = invite(browser, **wrong)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert ("B. Martin" in refused.text) == ("name" not in wrong)


def test_a_changed_role_ends_the_sessions_and_the_last_administrator_stays(browser, console):
    opened = session_of(console, Role.ON_CALL)
    page = f"/reglages/personnes/{opened.person.id}"
    changed = browser.post(page, data={"name": "A. Garde", "role": "reader", "active": "1", **SIGNED})
    assert "Modifié" in changed.text
    assert person_of(console.database, id=opened.person.id).role is Role.READER
    assert sessions_of(console.database, opened.person.id, now=console.clock()) == ()
    mine = person_with(console, Role.ADMINISTRATOR)
    last = browser.post(f"/reglages/personnes/{mine.id}", data={"name": mine.name, "role": "reader", **SIGNED})
    assert last.status_code == 403
    assert (
        browser.post("/reglages/personnes/inconnu", data={"name": "x", "role": "reader", **SIGNED}).status_code == 404
    )


def test_a_new_link_is_made_for_who_lost_everything(browser, console):
    person = person_with(console, Role.ON_CALL)
    assert "/premier/" in browser.post(f"/reglages/personnes/{person.id}/lien", data=SIGNED).text


def test_names_are_only_text(browser):
    invite(browser, name=HOSTILE)
    page = browser.get("/reglages/personnes").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
