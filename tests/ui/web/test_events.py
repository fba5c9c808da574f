from queue import Queue
from threading import Thread

import httpx
import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.sessions import Stage
from cloison.ui.web.app import make_app


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


def told(lines, wanted):
    """Read until a line begins so; the client's own patience ends a stream that says nothing."""
    return next(line for line in lines if line.startswith(wanted))


def test_a_change_by_any_process_is_told_by_the_names_of_its_topics(console):
    with (
        serving(make_app(console)) as address,
        signed_in(address, session_of(console, Role.READER)) as browser,
        browser.stream("GET", "/events", timeout=20) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert told(lines, "retry:")
        for topics in (("cases", "logbook"), ("sensors",)):
            with console.database.write(*topics):
                pass
            assert told(lines, "data:") == f"data: {' '.join(topics)}"


def test_a_session_that_locks_ends_its_stream(console):
    opened = session_of(console, Role.READER)
    with (
        serving(make_app(console)) as address,
        signed_in(address, opened) as browser,
        browser.stream("GET", "/events", timeout=20) as answer,
    ):
        lines = answer.iter_lines()
        told(lines, "retry:")
        console.entrance.lock(opened.session)
        with console.database.write("cases"):
            pass
        assert told(lines, "event:") == "event: locked"


def test_many_followers_are_all_told_and_nobody_is_waited_for(console):
    heard, ready = [], Queue()

    def follow(address, opened):
        with (
            signed_in(address, opened) as browser,
            browser.stream("GET", "/events", timeout=20) as answer,
        ):
            lines = answer.iter_lines()
            told(lines, "retry:")
            ready.put(1)
            heard.append(told(lines, "data:"))

    with serving(make_app(console)) as address:
        threads = [Thread(target=follow, args=(address, session_of(console, Role.READER))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for _ in threads:
            ready.get(timeout=20)
        with console.database.write("cases"):
            pass
        for thread in threads:
            thread.join(timeout=20)
    assert heard == ["data: cases"] * len(threads)


def test_who_is_not_let_in_follows_nothing(console):
    with serving(make_app(console)) as address:
        assert httpx.get(f"{address}/events").status_code == 401
        with signed_in(address, session_of(console, Role.READER, Stage.LOCKED)) as browser:
            browser.headers["Accept"] = "text/event-stream"
            assert browser.get("/events").status_code == 401
