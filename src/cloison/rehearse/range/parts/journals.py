"""The log server: takes what machines say of themselves, and keeps the last of it (RFC 3164)."""

import socketserver
import threading
from pathlib import Path

from cloison.rehearse.range.part import ServedPart

_LARGEST = 8_000_000
"""Octets kept: a drill reads the last hours."""


class Journals(ServedPart):
    """A syslog receiver on every log server."""

    name = "journals"
    roles = frozenset({"log-server"})
    udp = (514,)

    def serve(self) -> None:
        """See `ServedPart`."""
        for host in self.hosts:
            server = _Server((host.address, self.setting.port(514)), self.folder / f"{host.id}.txt")
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Server(socketserver.UDPServer):
    max_packet_size = 8192

    def __init__(self, address: tuple[str, int], kept: Path) -> None:
        super().__init__(address, _Line)
        self.kept = kept


class _Line(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        if self.server.kept.exists() and self.server.kept.stat().st_size > _LARGEST:
            self.server.kept.unlink()
        with self.server.kept.open("ab") as file:
            file.write(self.request[0].rstrip() + b"\n")


PART = Journals
