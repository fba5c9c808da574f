"""A part of the range: a real server that stands on some hosts of one zone."""

import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import ClassVar

from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import Host, Setting

_PATIENCE = 3.0
"""Seconds that a part is given to end before it is killed."""

_ANY = "0.0.0.0"  # noqa: S104 - compared with, not bound
_LISTENS, _BOUND = "0A", "07"
"""States of a socket that waits for a peer: TCP_LISTEN and TCP_CLOSE, as in proc_net_tcp of the kernel's docs."""


class Part(ABC):
    """One kind of server, for all the hosts of one zone that carry it.

    Attributes:
        name: what it is called, in logs and on the screen.
        roles: the map's roles that carry it.
        tcp: ports that answer once it is ready, as the map declares them; `udp` likewise.
        programs: (program, Debian package that brings it).
        modules: Python modules of the `range` extra.
    """

    name: ClassVar[str]
    roles: ClassVar[frozenset[str]]
    tcp: ClassVar[tuple[int, ...]] = ()
    udp: ClassVar[tuple[int, ...]] = ()
    programs: ClassVar[tuple[tuple[str, str], ...]] = ()
    modules: ClassVar[tuple[str, ...]] = ()

    def __init__(self, setting: Setting, zone: str) -> None:
        self.setting = setting
        self.zone = zone
        self.hosts = tuple(host for host in setting.hosts if host.zone == zone and self.stands_on(host))
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def stands_on(cls, host: Host) -> bool:
        """Tell whether a host carries it."""
        return host.role in cls.roles

    @classmethod
    def also(cls, host: Host) -> tuple[int, ...]:  # noqa: ARG003 - most answer alike everywhere
        """Give the ports that one host answers on besides."""
        return ()

    @classmethod
    def absent_modules(cls) -> tuple[str, ...]:
        """Name the modules that it lacks here."""
        return tuple(module for module in cls.modules if find_spec(module) is None)

    @property
    def folder(self) -> Path:
        """Where it writes, made at need."""
        folder = self.setting.folder / "parts" / f"{self.name}-{self.zone}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @abstractmethod
    def start(self, place: Place) -> None:
        """Start it; it answers once `ready` says so.

        Raises:
            RangeError: a program that it needs is not installed.
        """

    def ready(self) -> bool:
        """Tell whether it listens, without sending it anything."""
        if self.process is None or self.process.poll() is not None:
            return False
        held = listening(self.process.pid)
        wanted = (("tcp", port) for port in self.tcp), (("udp", port) for port in self.udp)
        return all(
            (proto, _ANY, self.setting.port(port)) in held
            or all((proto, host.address, self.setting.port(port)) in held for host in self.hosts)
            for proto, port in chain(*wanted)
        )

    def alive(self) -> bool:
        """Tell whether its program runs."""
        return self.process is not None and self.process.poll() is None

    def leave(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            self.process.terminate()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self.leave()
        if self.process is None:
            return
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ServedPart(Part):
    """A part that is a server of ours, in Python: one process for the zone, a thread or a task for each peer."""

    def start(self, place: Place) -> None:
        """See `Part`."""
        argv = [sys.executable, "-m", "cloison.rehearse.range.serving", self.name, str(self.setting.save()), self.zone]
        self.process = place.spawn(argv, name=self.name, folder=self.folder)

    @abstractmethod
    def serve(self) -> None:
        """Answer until killed: runs inside the zone."""


def listening(pid: int) -> frozenset[tuple[str, str, int]]:
    """Give where the network namespace of a process listens, from /proc/PID/net: proc(5).

    Returns:
        (protocol, address, port); "0.0.0.0" for every address, also where IPv6 says so.
    """
    found: set[tuple[str, str, int]] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        proto, waiting = (table[:3], _LISTENS if table.startswith("tcp") else _BOUND)
        try:
            lines = Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in (line.split() for line in lines):
            address, _, port = row[1].partition(":")
            if row[3] == waiting and (int(address, 16) == 0 or not table.endswith("6")):
                # The kernel writes an address as the number that its four octets make in memory.
                told = socket.inet_ntoa(int(address, 16).to_bytes(4, sys.byteorder))
                found.add((proto, told, int(port, 16)))
    return frozenset(found)
