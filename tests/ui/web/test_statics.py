from importlib.resources import files

import httpx
import pytest
from tests.ui.web.consoles import demonstration, serving
from tests.ui.web.stories import quiet_story

from cloison.ui.web.app import make_app
from cloison.ui.web.statics import KINDS, address_of_built, address_of_static


@pytest.fixture(scope="module")
def browser():
    with serving(make_app(demonstration(quiet_story()))) as address, httpx.Client(base_url=address) as client:
        yield client


def test_every_file_that_is_there_is_served_with_its_kind(browser):
    folder = files("cloison.ui.web") / "static"
    for one in folder.iterdir():
        if one.is_file():
            answer = browser.get(f"/static/{one.name}")
            assert answer.content == one.read_bytes()
            assert answer.headers["content-type"] == KINDS[f".{one.name.rpartition('.')[2]}"]


def test_a_named_version_may_be_kept_and_no_other(browser):
    assert "immutable" in browser.get(address_of_static("cloison.css")).headers["cache-control"]
    for address in ("/static/cloison.css", "/static/cloison.css?v=000000000000"):
        assert browser.get(address).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/built/",
    ],
)
def test_no_other_file_of_the_machine_is_served(browser, path):
    assert browser.get(path).status_code == 404


def test_what_was_not_built_has_no_address():
    assert address_of_built("no-such.js") == ""
