from dataclasses import replace

import pytest
from fastapi import Response
from starlette.requests import Request
from tests.ui.web.consoles import live, session_of

from cloison.errors import SignInError
from cloison.model.people import Right, Role
from cloison.ops.entrance import Client
from cloison.store.sessions import Stage
from cloison.ui.web.session import (
    address_of,
    asking_of,
    drop_session,
    keep_language,
    keep_session,
    language_kept,
    nobody_asks,
)


def request(client=("10.0.0.9", 1), **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": named, "client": client})


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


def test_a_cookie_says_who_asks_and_what_forms_send_back(console):
    opened = session_of(console, Role.ON_CALL)
    asking = asking_of(request(cookie=f"cloison={opened.cookie}", user_agent="Firefox"), console, gesture=True)
    assert (asking.person, asking.stage, asking.visitor.csrf) == (opened.person, Stage.OPEN, opened.session.csrf)
    assert asking.client == Client(address="10.0.0.9", agent="Firefox")
    assert Right.SEAL in asking.visitor.rights


def test_who_shows_nothing_we_know_is_nobody(console):
    for asked in (request(), request(cookie="cloison=x"), request(authorization="Bearer x"), request(authorization="")):
        asking = asking_of(asked, console, gesture=True)
        assert (asking.visitor.rights, asking.stage) == (frozenset(), None)
        for missing in ("person", "own_session"):
            with pytest.raises(SignInError):
                getattr(asking, missing)
    assert nobody_asks().visitor.rights == frozenset()


def test_a_bad_token_is_not_mended_by_a_good_cookie(console):
    cookie = f"cloison={session_of(console, Role.ON_CALL).cookie}"
    assert asking_of(request(cookie=cookie, authorization="bearer x"), console, gesture=True).stage is None


def test_the_caller_told_by_a_proxy_is_the_last_one_and_only_behind_a_proxy(console):
    asked = request(x_forwarded_for="6.6.6.6, 10.1.2.3")
    assert address_of(asked, console) == "10.0.0.9"
    assert address_of(asked, replace_console(console, behind_proxy=True)) == "10.1.2.3"
    assert address_of(request(), replace_console(console, behind_proxy=True)) == "10.0.0.9"
    assert address_of(request(client=None), console) == ""


def replace_console(console, **changed):
    return replace(console, **changed)


def cookies_of(response):
    return [value.decode() for name, value in response.raw_headers if name == b"set-cookie"]


@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(console, secure):
    console = replace_console(console, secure=secure)
    response = Response()
    keep_session(response, console, session_of(console, Role.ON_CALL))
    kept = cookies_of(response)
    assert len(kept) == 2
    for cookie in kept:
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) == secure
        assert cookie.startswith("__Host-cloison") == secure
        assert "Domain" not in cookie


def test_a_session_that_is_not_open_leaves_no_mark_and_a_closed_one_is_taken_back(console):
    response = Response()
    keep_session(response, console, session_of(console, Role.ON_CALL, Stage.SECOND))
    assert len(cookies_of(response)) == 1
    response = Response()
    drop_session(response, console)
    assert "Max-Age=0" in cookies_of(response)[0]


def test_a_browser_remembers_a_language_that_we_speak(console):
    response = Response()
    keep_language(response, console, "en")
    assert "cloison-lang=en" in cookies_of(response)[0]
    assert language_kept(request(cookie="cloison-lang=en"), console) == "en"
    assert language_kept(request(cookie="cloison-lang=xx"), console) is None
