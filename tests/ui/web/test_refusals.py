import sqlite3

import httpx
import pytest
from fastapi import FastAPI
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison import errors
from cloison.errors import BadMapError, BadScenarioError, CloisonError, Fault, TooManyAttemptsError
from cloison.model.people import Role
from cloison.ui.web.app import make_app
from cloison.ui.web.refusals import status_of
from cloison.words import say

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CloisonError)]
WORDS = {"fix": say("mend it"), "where": "here"}


def made(kind):
    if kind in {BadMapError, BadScenarioError}:
        return kind((Fault(line=3, reason=say("wrong"), fix=say("right")),), **WORDS)
    if kind is TooManyAttemptsError:
        return TooManyAttemptsError(say("wait"), seconds=7, **WORDS)
    return kind(say("it broke"), **WORDS)


def broken_app(console) -> FastAPI:
    """The console, with one more page for each way of failing."""
    app = make_app(console)
    for kind in KINDS:

        def fail(kind=kind):
            raise made(kind)

        app.get(f"/api/echec/{kind.__name__}")(fail)
        app.get(f"/echec/{kind.__name__}")(fail)

    @app.get("/echec/imprevu")
    def unforeseen() -> None:
        raise ZeroDivisionError("<script>secret</script>")

    return app


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(broken_app(live(tmp_path_factory.mktemp("refusals")))) as address:
        yield address


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_told_with_its_problem_its_fix_and_where(address, kind):
    error = made(kind)
    answer = httpx.get(f"{address}/api/echec/{kind.__name__}?lang=en")
    assert answer.status_code == status_of(error) >= 400
    told = answer.json()
    assert (told["error"], told["fix"], told["where"]) == (kind.code, "mend it", "here")
    if kind in {BadMapError, BadScenarioError}:
        assert told["faults"] == [{"line": 3, "reason": "wrong", "fix": "right"}]
    page = httpx.get(f"{address}/echec/{kind.__name__}?lang=en", headers={"Accept": "text/html"})
    assert page.status_code in {answer.status_code, 303}


def test_who_must_wait_is_told_how_long(address):
    name = TooManyAttemptsError.__name__
    for answer in (httpx.get(f"{address}/api/echec/{name}"), httpx.get(f"{address}/echec/{name}")):
        assert answer.headers["retry-after"] == "7"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_tells_nothing_of_the_inside(address):
    answer = httpx.get(f"{address}/echec/imprevu", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "ZeroDivisionError" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_form_goes_back_to_the_page_that_it_came_from_if_that_is_ours(address):
    name = errors.NotApprovedError.__name__
    for referer, back in ((f"{address}/situation", "/situation"), ("https://ailleurs.example/piege", "/")):
        answer = httpx.get(f"{address}/echec/{name}", headers={"Referer": referer, "Accept": "text/html"})
        assert f'href="{back}">' in answer.text


def test_what_cannot_be_read_is_told_as_any_other_error(address):
    answer = httpx.put(
        f"{address}/api/v1/on-call", content=b"{", headers={"Content-Type": "application/json", "Origin": address}
    )
    assert answer.json().keys() == {"error", "problem", "fix", "where"}


def test_a_database_that_fails_is_told_and_nothing_is_shown(tmp_path):
    console = live(tmp_path)
    opened = session_of(console, Role.READER)
    with serving(make_app(console)) as address, signed_in(address, opened) as browser:
        assert browser.get("/carte").status_code == 200
        with sqlite3.connect(tmp_path / "cloison.db") as connection:
            connection.execute("DROP TABLE reads")
        answer = browser.get("/carte")
    assert answer.status_code == 503
    assert "La base de données ne répond pas" in answer.text
