import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.ui.web.app import make_app


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


def test_a_program_learns_whom_it_speaks_for_and_what_changed(console):
    opened = session_of(console, Role.READER)
    with serving(make_app(console)) as address, signed_in(address, opened) as browser:
        me = {"name": "L. Lecteur", "login": "reader", "role": "reader", "rights": ["read"]}
        assert browser.get("/api/v1/me").json() == me
        before = browser.get("/api/v1/revisions").json()["topics"]
        with console.database.write("cases"):
            pass
        assert browser.get("/api/v1/revisions").json()["topics"] == {**before, "cases": 1}
