from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from cloison.errors import BadValueError
from cloison.ops.watching_heartbeat import Heartbeat


class Monitor(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.heard.append(self.path)
        self.send_response(500 if self.server.refusing else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def monitor():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Monitor)
    server.heard, server.refusing = [], False
    worker = Thread(target=server.serve_forever, args=(0.05,))
    worker.start()
    yield server
    server.shutdown()
    worker.join()
    server.server_close()


def url(monitor):
    return f"http://127.0.0.1:{monitor.server_address[1]}/cloison?sonde=1"


def test_a_beat_asks_for_the_address_and_nothing_else(monitor):
    beats = Heartbeat(url(monitor), None, lambda: True)
    beats.beat()
    assert monitor.heard == ["/cloison?sonde=1"]
    assert beats.failing is None
    monitor.refusing = True
    beats.beat()
    assert "500" in str(beats.failing)


def test_a_watch_that_is_not_well_does_not_beat(monitor):
    stop = Event()
    stop.set()
    Heartbeat(url(monitor), None, lambda: False).run(stop)
    assert monitor.heard == []
    Heartbeat(url(monitor), None, lambda: True).run(stop)
    assert len(monitor.heard) == 1


def test_a_monitor_that_is_away_is_told():
    beats = Heartbeat("http://127.0.0.1:1/", None, lambda: True)
    beats.beat()
    assert beats.failing is not None


@pytest.mark.parametrize("address", ["http://8.8.8.8/", "https://[2a00::1]/x", "ftp://10.0.0.1/", "supervision"])
def test_nothing_leaves_the_hospital(address):
    with pytest.raises(BadValueError):
        Heartbeat(address, None, lambda: True)
