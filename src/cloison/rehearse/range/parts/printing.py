"""Printers: each takes a page on its raw port and forgets it."""

import socketserver
import threading

from cloison.rehearse.range.part import ServedPart

_CHUNK = 65_536


class Printing(ServedPart):
    """A raw port on every printer."""

    name = "printing"
    roles = frozenset({"printer"})
    tcp = (9100,)

    def serve(self) -> None:
        """See `ServedPart`."""
        for host in self.hosts:
            server = _Server((host.address, self.setting.port(9100)), _Page)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Page(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while self.request.recv(_CHUNK):
                pass
        except OSError:
            return


PART = Printing
