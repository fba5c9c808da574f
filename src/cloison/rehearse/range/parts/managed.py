"""What machines hold open for whoever manages them, where nothing else of the range answers: it listens, and is silent.

Remote desktop, RPC, file sharing, an appliance's page, a database: nobody of the range's life uses them, but an
intruder finds them and a probe must, to tell a door shut from a street where nobody lives.
"""

import selectors
import socket
from collections.abc import Iterator
from typing import cast

from cloison.rehearse.range.furnishing import known_parts
from cloison.rehearse.range.part import ServedPart, listening
from cloison.rehearse.range.setting import Host

_WINDOWS = (135, 445, 3389)
_PAGE = (443,)
PORTS = {
    **dict.fromkeys(("workstation", "admin-workstation", "jump-host", "backup-server", "storage"), _WINDOWS),
    **dict.fromkeys(("web-server", "file-server", "print-server", "mail-server", "database-client"), _WINDOWS),
    **dict.fromkeys(("hl7-engine", "worklist", "dicom-gateway", "monitoring-station"), _WINDOWS),
    "domain-controller": (88, 389, *_WINDOWS),
    "update-server": (8530, *_WINDOWS),
    "database-server": (1433, *_WINDOWS),
    **dict.fromkeys(("modality", "analyser", "medical-device", "patient-monitor", "printer"), (*_PAGE, 3389)),
    **dict.fromkeys(("phone", "call-server", "session-border-controller", "plc", "camera", "recorder"), _PAGE),
}
"""Role -> TCP ports, among those that the map's conduits declare towards such machines."""

_MOST = 2000
"""Connections held at a time: beyond, the new are closed."""

_CHUNK = 65_536


class Managed(ServedPart):
    """Silent listeners on every host of these roles."""

    name = "managed"
    roles = frozenset(PORTS)

    def doors(self) -> Iterator[tuple[Host, int]]:
        """Give (host, port) where no other part answers."""
        others = [kind for name, kind in known_parts().items() if name != self.name]
        for host in self.hosts:
            theirs = {port for kind in others if kind.stands_on(host) for port in (*kind.tcp, *kind.also(host))}
            yield from ((host, port) for port in PORTS[host.role] if port not in theirs)

    def ready(self) -> bool:
        """See `Part`."""
        if self.process is None or not self.alive():
            return False
        held = listening(self.process.pid)
        return all(("tcp", host.address, self.setting.port(port)) in held for host, port in self.doors())

    def serve(self) -> None:
        """See `ServedPart`."""
        waiting = selectors.DefaultSelector()
        for host, port in self.doors():
            door = socket.create_server((host.address, self.setting.port(port)))
            door.setblocking(False)
            waiting.register(door, selectors.EVENT_READ, "door")
        doors = len(waiting.get_map())
        while True:
            for key, _ in waiting.select():
                one = cast("socket.socket", key.fileobj)
                try:
                    if key.data == "door":
                        peer, _ = one.accept()
                        peer.setblocking(False)
                        if len(waiting.get_map()) - doors >= _MOST:
                            peer.close()
                        else:
                            waiting.register(peer, selectors.EVENT_READ, "peer")
                    elif not one.recv(_CHUNK):
                        waiting.unregister(one)
                        one.close()
                except BlockingIOError:
                    continue
                except OSError:
                    if key.data == "peer":
                        waiting.unregister(one)
                        one.close()


PART = Managed
