"""Mail servers: each takes a message, keeps its envelope and passes nothing on (RFC 5321)."""

import json
import socketserver
import threading
import time
from pathlib import Path

from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.setting import Host

_LONGEST_LINE = 4096
_ANSWERS = {
    b"HELO": b"250 bonjour",
    b"EHLO": b"250-bonjour\r\n250 SIZE 10485760",
    b"RSET": b"250 entendu",
    b"NOOP": b"250 entendu",
    b"MAIL": b"250 entendu",
    b"RCPT": b"250 entendu",
    b"DATA": b"354 a vous",
    b"QUIT": b"221 au revoir",
}


class Post(ServedPart):
    """A mail server on each host that takes mail, and on the world's."""

    name = "post"
    roles = frozenset({"mail-server", "mail-relay", "mail-peer"})
    tcp = (25,)

    def serve(self) -> None:
        """See `ServedPart`."""
        kept = self.folder / "taken.jsonl"
        for host in self.hosts:
            server = _Server((host.address, self.setting.port(25)), host, kept)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 32

    def __init__(self, address: tuple[str, int], host: Host, kept: Path) -> None:
        super().__init__(address, _Session)
        self.host = host
        self.kept = kept
        self._lock = threading.Lock()

    def keep(self, recipients: int, octets: int) -> None:
        """Note that a message came: how many it is for, and its size."""
        line = {"at": time.time(), "server": self.host.id, "recipients": recipients, "octets": octets}
        with self._lock, self.kept.open("a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")


class _Session(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 60

    def handle(self) -> None:
        self._say(b"220 " + self.server.host.id.encode())
        recipients = 0
        try:
            while line := self.rfile.readline(_LONGEST_LINE):
                verb = line[:4].upper()
                self._say(_ANSWERS.get(verb, b"502 je ne sais pas"))
                recipients += verb == b"RCPT"
                if verb == b"DATA":
                    self.server.keep(recipients, self._swallow())
                    recipients = 0
                    self._say(b"250 pris")
                elif verb == b"QUIT":
                    return
        except OSError:
            return

    def _swallow(self) -> int:
        octets = 0
        while (line := self.rfile.readline(_LONGEST_LINE)) not in {b".\r\n", b""}:
            octets += len(line)
        return octets

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


PART = Post
