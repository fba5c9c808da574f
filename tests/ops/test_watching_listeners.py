import os
import signal
import socket
import time
from datetime import timedelta
from threading import Event

import pytest
from tests.ingest.packets import v5

from cloison.errors import ListeningError
from cloison.ops.watching import Told, Wanted, watch
from cloison.ops.watching_listeners import NOWHERE, Listeners, Places


def test_nothing_is_started_when_nothing_is_asked(tmp_path):
    listeners = Listeners(tmp_path, NOWHERE)
    assert listeners.alive()
    assert (listeners.folders(), listeners.status(), listeners.ports) == ((), {}, {})
    listeners.close()


def test_a_port_that_is_taken_is_an_error_with_its_place(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ListeningError):
            Listeners(tmp_path, Places(netflow=("127.0.0.1", taken.getsockname()[1])))


def test_flows_and_syslog_that_are_sent_are_judged(tmp_path):
    stop, pulses = Event(), []
    now = int(time.time())
    asked = Places(netflow=("127.0.0.1", _free()), syslog=("127.0.0.1", _free()))
    sent = []

    def send(pulse):
        pulses.append(pulse)
        if not sent:
            sent.append(True)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                # A router whose clock is a month ahead.
                out.sendto(
                    v5([("10.0.0.1", 1, "10.0.1.9", 2, 6, 1, 1, 2, 1, 2)], seconds=now + 2_600_000), asked.netflow
                )
                for i in range(20):
                    flow = ("10.0.0.1", 50_000 + i, f"10.0.1.{i}", 445, 6, 1, 100, 2, 1000, 2000)
                    out.sendto(v5([flow], seconds=now), asked.netflow)
                    record = b'{"_path":"conn","ts":%d.0,"uid":"C","id.orig_h":"10.0.0.9","id.resp_h":"10.0.0.8"}' % now
                    out.sendto(b"<13>Mar  2 12:00:00 sonde zeek: " + record, asked.syslog)
        if pulse.records >= 40:
            stop.set()

    told = Told(news=lambda *_: None, changes=lambda _: None, pulse=send, remark=pytest.fail)
    watch(Wanted(paths=(), home=tmp_path, listening=asked, hold=timedelta(0)), told, stop)
    assert pulses[-1].records == 40
    assert pulses[-1].lost == 0
    assert [sensor.rejected for sensor in pulses[-1].sensors if sensor.kind == "netflow-listener"] == [1]
    kinds = {sensor.kind: sensor.records for sensor in pulses[-1].sensors}
    assert kinds == {"netflow-listener": 20, "zeek-json": 20, "syslog-listener": 20, "watch": 40}


def _free():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_a_listening_that_was_killed_begins_again(tmp_path):
    listeners = Listeners(tmp_path, Places(syslog=("127.0.0.1", _free())))
    os.kill(listeners._process.pid, signal.SIGKILL)
    listeners._process.wait()
    assert not listeners.alive()
    assert listeners.status() == {}
    listeners.revive()
    assert listeners.alive()
    listeners.close()
