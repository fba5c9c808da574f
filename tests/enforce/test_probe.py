import socket
import time

import pytest

from cloison.enforce import probe


@pytest.fixture
def port():
    """A server on the loopback that says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_connection_a_refusal_and_silence_are_told_apart(port):
    found = probe.connect([("127.0.0.1", port), ("127.0.0.1", closed_port())], 2.0)
    assert [name for name, _ in found] == ["connected", "refused"]
    found[0][1].close()


def test_a_peer_that_answers_keep_alives_is_heard_and_one_that_hung_up_shows_nothing(port):
    ((_, one),) = probe.connect([("127.0.0.1", port)], 2.0)
    probe.keep(one)
    time.sleep(1.2)
    assert probe.heard(one, 2.0) is True
    assert probe.heard(one, 0.1) is False
    one.shutdown(socket.SHUT_RDWR)
    assert probe.heard(one, 2.0) is None
    one.close()
    assert probe.heard(None, 1.0) is None
