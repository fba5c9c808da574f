"""Listen for exported flows and for syslog, in a process of its own that only receives and writes down.

It reads nothing of what it receives, so that it is always faster than what comes; the watch reads the spool at its own
pace. What the kernel had to drop all the same is counted (SO_RXQ_OVFL, socket(7)) and told. When the watch ends, in
whatever way, its end of the pipe closes and this process ends too.

Run as `python -m cloison.ingest.listen FOLDER PIPE netflow=HOST:PORT syslog=HOST:PORT`.
"""

import json
import os
import selectors
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from cloison.ingest.listen_lines import Framing, unwrap
from cloison.ingest.listen_spool import FLOWS, SYSLOG, Spool

STATUS = "listening.json"
BEAT_SECONDS = 0.1
BUFFER_BYTES = 32 << 20
"""Asked of the kernel for datagrams that wait; it gives at most net.core.rmem_max unless we may force it."""

MOST_CONNECTIONS = 256

_SO_RXQ_OVFL = 40  # asm-generic/socket.h
_SO_RCVBUFFORCE = 33
_LONGEST = 1 << 16
_AT_ONCE = 512


@dataclass(slots=True)
class Status:
    """What one listener tells of itself.

    Attributes:
        received: datagrams, or messages.
        dropped: by the kernel, before we could take them.
        unknown: that hold no record we know.
        refused: not kept, for want of room on the disk.
        last: when something last came, seconds since 1970.
        buffer: bytes that the kernel gave for datagrams that wait.
    """

    received: int = 0
    dropped: int = 0
    unknown: int = 0
    refused: int = 0
    last: float = 0.0
    buffer: int = 0


class Listener:
    """Sockets, and the spool that they fill."""

    def __init__(self, folder: Path, *, buffer_bytes: int = BUFFER_BYTES) -> None:
        """Take the spool's folder, and what is asked of the kernel for datagrams that wait."""
        self._folder = folder
        self._buffer = buffer_bytes
        self._spool = Spool(folder)
        self._selector = selectors.DefaultSelector()
        self._connections = 0
        self.status: dict[str, Status] = {}

    def hear_flows(self, host: str, port: int) -> int:
        """Open the port for exported flows; give its number.

        Raises:
            OSError: it cannot be opened.
        """
        return self._open(f"netflow {host}:{port}", host, port, self._keep_flow)

    def hear_syslog(self, host: str, port: int) -> int:
        """Open the port for syslog, by UDP and by TCP; give its number.

        Raises:
            OSError: it cannot be opened.
        """
        name = f"syslog {host}:{port}"
        given = self._open(name, host, port, self._keep_line)
        server = socket.create_server((host, given), family=_family(host), backlog=64)
        server.setblocking(False)
        self._selector.register(server, selectors.EVENT_READ, lambda: self._accept(server, name))
        return given

    def end_with(self, pipe: int) -> None:
        """Stop when the other end of a pipe closes."""
        os.set_blocking(pipe, False)
        self._selector.register(pipe, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Receive until told to stop."""
        told = 0.0
        while True:
            for key, _ in self._selector.select(BEAT_SECONDS):
                if key.data is None:
                    self.close()
                    return
                key.data()
            self._spool.flush()
            if time.monotonic() - told >= 1:
                told = time.monotonic()
                self.tell()

    def tell(self) -> None:
        """Write how the listening goes, for the watch."""
        for status in self.status.values():
            status.refused = self._spool.refused
        page = json.dumps({name: asdict(status) for name, status in self.status.items()})
        fresh = self._folder / f".{STATUS}.new"
        with suppress(OSError):  # a full disk is told by `refused`
            fresh.write_text(page)
            fresh.replace(self._folder / STATUS)

    def close(self) -> None:
        """Write down what was received, and close every socket."""
        self._spool.close()
        self.tell()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _open(self, name: str, host: str, port: int, keep: Callable[[Status, bytes, str], None]) -> int:
        heard = socket.socket(_family(host), socket.SOCK_DGRAM)
        try:
            heard.bind((host, port))
        except OSError:
            heard.close()
            raise
        heard.setblocking(False)
        heard.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        try:
            heard.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, self._buffer)
        except PermissionError:
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._buffer)
        status = self.status[name] = Status(buffer=heard.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
        self._selector.register(heard, selectors.EVENT_READ, lambda: self._receive(heard, status, keep))
        given: int = heard.getsockname()[1]
        return given

    def _receive(self, heard: socket.socket, status: Status, keep: Callable[[Status, bytes, str], None]) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, extra, _, sender = heard.recvmsg(_LONGEST, 64)
            except BlockingIOError:
                return
            for level, kind, value in extra:
                if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                    status.dropped = struct.unpack("I", value[:4])[0]
            status.received += 1
            keep(status, data, sender[0])
        status.last = time.time()

    def _keep_flow(self, status: Status, data: bytes, sender: str) -> None:
        status.last = time.time()
        header = len(data).to_bytes(4, "big") + _packed(sender)
        self._spool.add(FLOWS, header + data, time.monotonic())

    def _keep_line(self, status: Status, data: bytes, _sender: str) -> None:
        status.last = time.time()
        found = unwrap(data)
        if found is None:
            status.unknown += 1
            return
        sort, line = found
        self._spool.add(f"{SYSLOG}/{sort}-", line, time.monotonic())

    def _accept(self, server: socket.socket, name: str) -> None:
        try:
            connection, (sender, *_) = server.accept()
        except OSError:
            return
        if self._connections >= MOST_CONNECTIONS:
            connection.close()
            return
        self._connections += 1
        connection.setblocking(False)
        framing = Framing()
        self._selector.register(
            connection, selectors.EVENT_READ, lambda: self._hear(connection, framing, self.status[name], sender)
        )

    def _hear(self, connection: socket.socket, framing: Framing, status: Status, sender: str) -> None:
        try:
            data = connection.recv(_LONGEST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        messages = framing.feed(data or b"\n")  # a last message may lack its newline
        for message in messages:
            status.received += 1
            self._keep_line(status, message, sender)
        status.unknown += framing.broken
        framing.broken = 0
        if not data:
            self._selector.unregister(connection)
            connection.close()
            self._connections -= 1


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004 - IP version 6


def _packed(sender: str) -> bytes:
    address = ip_address(sender.partition("%")[0])
    return address.packed if isinstance(address, IPv6Address) else IPv6Address(f"::ffff:{address}").packed


def main(arguments: list[str]) -> int:
    """Listen as told; say on the standard output, in one line of JSON, which ports are open or why one is not."""
    folder, pipe, *wanted = arguments
    listener = Listener(Path(folder))
    ports: dict[str, int] = {}
    for one in wanted:
        kind, _, place = one.partition("=")
        host, _, port = place.rpartition(":")
        try:
            hear = listener.hear_flows if kind == "netflow" else listener.hear_syslog
            ports[kind] = hear(host.strip("[]"), int(port))
        except OSError as error:
            sys.stdout.write(json.dumps({"failed": place, "reason": error.strerror or str(error)}) + "\n")
            return 3
    sys.stdout.write(json.dumps({"ports": ports}) + "\n")
    sys.stdout.flush()
    listener.end_with(int(pipe))
    listener.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
