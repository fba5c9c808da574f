"""Discovery: the names that the hospital gives its machines."""

import socket
import struct
from contextlib import suppress
from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, PerMinute
from cloison.rehearse.intruder.stage import Stage

_PTR, _INTERNET = 12, 1
"""RFC 1035, sections 3.2.2 and 3.2.4."""


@noun
class WalkNames:
    """Ask the name server for the name of each target, in the order of their addresses.

    Attributes:
        hosts: names asked for at most.
        per_minute: questions a minute.
    """

    NAME: ClassVar[str] = "walk-names"
    TECHNIQUE: ClassVar[Technique] = Technique("T1018")
    HOSTILE: ClassVar[bool] = True

    hosts: Count = 120
    per_minute: PerMinute = 120.0

    def perform(self, stage: Stage) -> None:
        """Ask, whether or not anybody answers."""
        for server in stage.order.name_servers[:1]:
            stage.tell(server)
            for number, target in enumerate(stage.targets[: self.hosts]):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                    line.settimeout(1.0)
                    line.connect((server, stage.port(53)))
                    line.send(question(number, target.address))
                    with suppress(OSError):  # no answer, or nobody there
                        line.recv(4096)
                stage.pause(1 / self.per_minute)


def question(number: int, address: str) -> bytes:
    """Write the question for the name of an IPv4 address (RFC 1035, sections 3.5 and 4.1)."""
    labels = [*reversed(address.split(".")), "in-addr", "arpa"]
    name = b"".join(bytes([len(label)]) + label.encode("ascii") for label in labels) + b"\0"
    return struct.pack("!6H", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", _PTR, _INTERNET)


ACT = WalkNames
