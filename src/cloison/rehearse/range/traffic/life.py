"""One zone's life as its habits see it: connections from the right address, names, lines that stay open."""

import math
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from cloison.rehearse.range.setting import Host, Setting
from cloison.rehearse.range.traffic.errand import Errand

CONNECT = 4.0
ANSWER = 15.0
"""Seconds before a machine gives a connection up, and an answer."""

_NAME = 1.0
"""Seconds before a machine does without the name server."""

_REMEMBERED = 60.0


class Closable(Protocol):
    """Something to close."""

    def close(self) -> object:
        """Close it."""
        ...


@dataclass(slots=True)
class _Line:
    lock: threading.Lock = field(default_factory=threading.Lock)
    held: Any = None
    until: float = math.inf


class Life:
    """The hosts of one zone, while they live."""

    def __init__(self, setting: Setting, zone: str, *, resolves: bool) -> None:
        self.setting = setting
        self.zone = zone
        self._resolves = resolves
        self._names: dict[tuple[str, str], float] = {}
        self._lines: dict[tuple[str, ...], _Line] = {}
        self._lock = threading.Lock()
        self.trust = ssl.create_default_context(cafile=str(setting.authority)) if setting.authority.exists() else None
        self.careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # The world's sites of the range share one certificate.
        self.careless.check_hostname = False
        self.careless.verify_mode = ssl.CERT_NONE

    def ends(self, errand: Errand) -> tuple[Host, Host]:
        """Give who opens and who answers."""
        return self.setting.host(errand.source), self.setting.host(errand.target)

    def connect(self, errand: Errand) -> socket.socket:
        """Open a connection from the source's own address to the target's service, after asking for its name."""
        source, target = self.ends(errand)
        self.look_up(source, target)
        where = (target.address, self.setting.port(errand.port))
        line = socket.create_connection(where, CONNECT, source_address=(source.address, 0))
        line.settimeout(ANSWER)
        return line

    def ask(self, errand: Errand, question: bytes) -> bytes:
        """Send a datagram and give the answer."""
        source, target = self.ends(errand)
        self.look_up(source, target)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((source.address, 0))
            line.settimeout(CONNECT)
            line.connect((target.address, self.setting.port(errand.port)))
            line.send(question)
            return line.recv(65_535)

    def tell(self, errand: Errand, datagram: bytes) -> None:
        """Send a datagram that has no answer."""
        source, target = self.ends(errand)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((source.address, 0))
            line.sendto(datagram, (target.address, self.setting.port(errand.port)))

    def look_up(self, source: Host, target: Host) -> None:
        """Ask the name server for the target, as `source` would: once a minute for each name.

        A machine whose name server is silent goes on with the address that it knew.
        """
        server = self.setting.name_server
        now = time.monotonic()
        if not self._resolves or server is None or self._names.get((source.id, target.id), 0.0) > now:
            return
        self._names[source.id, target.id] = now + _REMEMBERED
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((source.address, 0))
            line.settimeout(_NAME)
            line.sendto(question_for(self.setting.full_name(target)), (server.address, self.setting.port(53)))
            line.recv(4096)

    @contextmanager
    def line(self, errand: Errand, open_: Callable[[], Closable], *, idle: float = math.inf) -> Iterator[Any]:
        """Lend a connection that stays open between errands of the same habit and ends.

        A failure closes it: the next errand opens another.

        Args:
            errand: for whom.
            open_: opens one.
            idle: seconds without use after which `tidy` closes it; what is lent then opens itself again when used.
        """
        with self._lock:
            kept = self._lines.setdefault((errand.habit, errand.source, errand.target), _Line())
        with kept.lock:
            try:
                if kept.held is None:
                    kept.held = open_()
                yield kept.held
                kept.until = time.monotonic() + idle
            except BaseException:
                self._drop(kept)
                raise

    def tidy(self) -> None:
        """Close the lines that were idle for as long as they may be, as browsers do before their site does."""
        with self._lock:
            lines = list(self._lines.values())
        for kept in lines:
            if kept.until < time.monotonic() and kept.lock.acquire(blocking=False):
                try:
                    if kept.held is not None and kept.until < time.monotonic():
                        kept.until = math.inf
                        kept.held.close()
                finally:
                    kept.lock.release()

    def close(self) -> None:
        """Close every line."""
        for kept in self._lines.values():
            self._drop(kept)

    def _drop(self, kept: _Line) -> None:
        if kept.held is not None:
            with suppress(Exception):
                kept.held.close()
            kept.held = None


def question_for(name: str) -> bytes:
    """Give the datagram that asks for a name's address (RFC 1035, 4.1)."""
    head = random.getrandbits(16).to_bytes(2, "big") + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    labels = b"".join(len(label).to_bytes(1, "big") + label.encode() for label in name.split("."))
    return head + labels + b"\x00\x00\x01\x00\x01"
