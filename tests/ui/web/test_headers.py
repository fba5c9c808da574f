import httpx
import pytest
from tests.ui.web.consoles import live, serving

from cloison.ui.web.app import make_app


@pytest.mark.parametrize("path", ["/entree", "/nulle-part", "/", "/api/v1/me", "/static/cloison.css"])
def test_every_answer_says_what_a_browser_may_do_with_it(tmp_path, path):
    with serving(make_app(live(tmp_path, secure=True))) as address:
        headers = httpx.get(address + path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_another_name_for_this_machine_is_refused_with_the_same_headers(tmp_path):
    with serving(make_app(live(tmp_path))) as address:
        answer = httpx.get(address, headers={"Host": "hopital.example"})
        assert answer.status_code == 400
        assert "content-security-policy" in answer.headers
    with serving(make_app(live(tmp_path, hosts=("hopital.example",)))) as address:
        assert httpx.get(address, headers={"Host": "hopital.example"}).status_code != 400
