"""The time: an NTP server that gives this machine's (RFC 5905, client and server modes)."""

import socketserver
import struct
import threading
import time

from cloison.rehearse.range.part import ServedPart

PACKET = 48
_SINCE_1900 = 2_208_988_800
"""Seconds from NTP's beginning to the Unix epoch: RFC 5905, figure 4."""


def stamp(now: float) -> bytes:
    """Give a moment as NTP writes it: 32 bits of seconds since 1900, 32 of their fraction."""
    return struct.pack("!II", (int(now) + _SINCE_1900) & 0xFFFFFFFF, int((now % 1) * 2**32))


def answer_to(question: bytes, now: float) -> bytes | None:
    """Give the answer to a client's question; None when it is no question."""
    if len(question) < PACKET or question[0] & 0b111 != 3:  # noqa: PLR2004 - mode 3: client
        return None
    version = question[0] & 0b00111000
    head = struct.pack("!BBbb", version | 4, 2, question[2], -20) + struct.pack("!II", 0, 64) + b"EXER"
    return head + stamp(now) + question[40:48] + stamp(now) + stamp(now)


class Clock(ServedPart):
    """A time server on every domain controller, and outside."""

    name = "clock"
    roles = frozenset({"domain-controller", "time-server"})
    udp = (123,)

    def serve(self) -> None:
        """See `ServedPart`."""
        for host in self.hosts:
            server = socketserver.UDPServer((host.address, self.setting.port(123)), _Question)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Question(socketserver.DatagramRequestHandler):
    def handle(self) -> None:
        if answer := answer_to(self.packet, time.time()):
            self.wfile.write(answer)


PART = Clock
