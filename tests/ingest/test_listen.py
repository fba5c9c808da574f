import json
import os
import socket
import subprocess
import sys
import time
from threading import Thread

import pytest
from tests.ingest.packets import v5

from cloison.ingest.follow_flows import datagrams
from cloison.ingest.listen import STATUS, Listener, main
from cloison.ingest.listen_spool import segments

PATIENCE = 20


@pytest.fixture
def listening(tmp_path):
    """A listener on free ports of this machine: its spool, its ports, and the pipe that ends it."""
    theirs, ours = os.pipe()
    command = [sys.executable, "-m", "cloison.ingest.listen", str(tmp_path), str(theirs)]
    command += ["netflow=127.0.0.1:0", "syslog=127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=(theirs,))
    os.close(theirs)
    yield tmp_path, json.loads(process.stdout.readline())["ports"], lambda: os.close(ours)
    process.stdout.close()
    assert process.wait(PATIENCE) == 0


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def status(folder, kind):
    try:
        page = json.loads((folder / STATUS).read_text())
    except FileNotFoundError:
        return {"received": 0}
    return next(one for name, one in page.items() if name.startswith(kind))


def test_datagrams_are_written_down_as_they_came_with_who_sent_them(listening):
    folder, ports, end = listening
    sent = [v5([("10.0.0.1", 50_000 + i, "10.0.0.2", 443, 6, 1, 100, 2, 1000, 2000)]) for i in range(50)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for one in sent:
            out.sendto(one, ("127.0.0.1", ports["netflow"]))
    until(lambda: status(folder, "netflow")["received"] == 50)
    end()
    until(lambda: sum(size for _, size in segments(folder, "flows-")) == sum(20 + len(one) for one in sent))
    ((name, _),) = segments(folder, "flows-")
    assert list(datagrams((folder / name).read_bytes())) == [("127.0.0.1", one) for one in sent]
    assert status(folder, "netflow")["dropped"] == 0


def test_syslog_is_heard_by_both_ways_and_sorted(listening):
    folder, ports, end = listening
    place = ("127.0.0.1", ports["syslog"])
    eve = b'{"timestamp":"2026-03-02T12:00:00","event_type":"flow"}'
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"<13>Mar  2 12:00:00 sonde suricata: " + eve, place)
        out.sendto(b"<13>Mar  2 12:00:00 sonde sshd: hello", place)
    with socket.create_connection(place) as out:
        record = b'{"_path":"dns","ts":1.0,"uid":"Cx"}'
        out.sendall(b"%d %s" % (len(record), record) + b"<13>1 - - - - - - " + record + b"\n")
    until(lambda: status(folder, "syslog")["received"] == 4)
    end()
    until(lambda: len(segments(folder / "syslog", "")) == 2)
    until(lambda: (folder / "syslog" / "zeek-dns-00000001.log").read_bytes() == (record + b"\n") * 2)
    assert (folder / "syslog" / "eve-00000001.log").read_bytes() == eve + b"\n"
    assert status(folder, "syslog")["unknown"] == 1


def test_a_port_that_is_taken_is_said(tmp_path, capsys):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        assert main([str(tmp_path), "0", f"netflow={place}"]) == 3
    assert json.loads(capsys.readouterr().out)["failed"] == place


def test_what_the_kernel_drops_before_it_could_be_taken_is_counted(tmp_path):
    theirs, ours = os.pipe()
    listener = Listener(tmp_path, buffer_bytes=4096)
    port = listener.hear_flows("127.0.0.1", 0)
    listener.end_with(theirs)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for _ in range(200):
            out.sendto(bytes(1000), ("127.0.0.1", port))
        worker = Thread(target=listener.run)
        worker.start()
        until(lambda: status(tmp_path, "netflow")["received"] > 0)
        out.sendto(bytes(1000), ("127.0.0.1", port))  # the kernel tells its count with the next one
        until(lambda: status(tmp_path, "netflow")["dropped"] > 0)
    os.close(ours)
    worker.join()
    os.close(theirs)
    told = status(tmp_path, "netflow")
    assert told["received"] + told["dropped"] == 201
