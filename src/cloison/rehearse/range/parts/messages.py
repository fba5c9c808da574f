"""HL7 v2 receivers: each takes messages over MLLP, keeps them and acknowledges (HL7 v2.5.1, 2.9; MLLP release 1)."""

import socketserver
import sqlite3
import threading
import time
from pathlib import Path

from cloison.rehearse.range.part import ServedPart

START, END = b"\x0b", b"\x1c\r"
"""What surrounds a message: MLLP release 1, 2.3.1."""

_CHUNK = 65_536
_SCHEMA = """
CREATE TABLE IF NOT EXISTS message
    (receiver TEXT, control TEXT, kind TEXT, at REAL, times INTEGER DEFAULT 1, PRIMARY KEY (receiver, control))
"""
_KEEP = """
INSERT INTO message (receiver, control, kind, at) VALUES (?, ?, ?, ?)
ON CONFLICT (receiver, control) DO UPDATE SET times = times + 1
"""


class Received:
    """Messages that were taken, once each: a sender that had no answer sends again."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(_SCHEMA)

    def keep(self, receiver: str, control: str, kind: str) -> None:
        """Keep a message: `control` is its MSH-10, `kind` its MSH-9."""
        with self._lock:
            self._base.execute(_KEEP, (receiver, control, kind, time.time()))


def acknowledgement(message: str, receiver: str) -> str:
    """Give the answer to a message: AA, or AR when it has no header that can be read (HL7 v2.5.1, 2.9.2).

    Args:
        message: segments parted by carriage returns.
        receiver: who answers.
    """
    fields = message.split("\r", 1)[0].split("|")
    if fields[0] != "MSH" or len(fields) < 12:  # noqa: PLR2004 - MSH-12, the version, is its last required field
        return f"MSH|^~\\&|{receiver}||||{time.strftime('%Y%m%d%H%M%S')}||ACK|0|P|2.5.1\rMSA|AR|0\r"
    trigger = fields[8].split("^")[1] if "^" in fields[8] else ""
    head = (
        f"MSH|^~\\&|{receiver}|{fields[5]}|{fields[2]}|{fields[3]}|{time.strftime('%Y%m%d%H%M%S')}||ACK^{trigger}^ACK"
    )
    return f"{head}|A{fields[9]}|P|{fields[11]}\rMSA|AA|{fields[9]}\r"


class Messages(ServedPart):
    """Receivers on every host that takes or passes messages."""

    name = "messages"
    roles = frozenset({"hl7-engine", "worklist", "monitoring-station"})
    tcp = (2575,)

    def serve(self) -> None:
        """See `ServedPart`."""
        received = Received(self.folder / "received.sqlite")
        servers = [_Server((host.address, self.setting.port(2575)), host.id, received) for host in self.hosts]
        threads = [threading.Thread(target=server.serve_forever) for server in servers]
        for thread in threads:
            thread.daemon = True
            thread.start()
        for thread in threads:
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], receiver: str, received: Received) -> None:
        super().__init__(address, _Line)
        self.receiver = receiver
        self.received = received


class _Line(socketserver.BaseRequestHandler):
    """One sender's connection, which stays open between messages."""

    server: _Server

    def handle(self) -> None:
        buffer = b""
        while chunk := self.request.recv(_CHUNK):
            buffer += chunk
            while END in buffer:
                whole, _, buffer = buffer.partition(END)
                self._take(whole.rpartition(START)[2].decode("utf-8", "replace"))

    def _take(self, message: str) -> None:
        answer = acknowledgement(message, self.server.receiver)
        fields = message.split("\r", 1)[0].split("|")
        if "MSA|AA" in answer:
            self.server.received.keep(self.server.receiver, fields[9], fields[8])
        self.request.sendall(START + answer.encode() + END)


PART = Messages
