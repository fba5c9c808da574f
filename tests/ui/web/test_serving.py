import socket

import pytest
from bench.serve_bench import kill_under_load
from tests.ui.web.consoles import demonstration
from tests.ui.web.stories import quiet_story

from cloison.errors import BadValueError
from cloison.ui.web.serving import bind, serve


def test_a_port_that_is_taken_is_refused_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BadValueError, match="choose another with --port"):
            serve(demonstration(quiet_story()), port=port, on_ready=lambda _: None)


def test_without_a_port_the_usual_one_or_any_free_one_is_taken():
    with socket.socket() as first, socket.socket() as second:
        for listener in (first, second):
            bind(listener, None)
        assert first.getsockname()[1] != second.getsockname()[1] > 0


def test_a_server_that_is_killed_loses_no_entry_that_it_acknowledged():
    acknowledged, kept, lost, broken = kill_under_load(2, seed=1)
    assert (lost, broken) == (0, None)
    assert kept >= acknowledged
