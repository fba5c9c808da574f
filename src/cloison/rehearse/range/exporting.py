"""The router's flow exporter: reads packets' headers as they pass, tells flows in NetFlow version 9 (RFC 3954).

`python -m cloison.rehearse.range.exporting LINK HOST PORT`, in the sensors' namespace. It tells a flow within seconds:
a drill lasts minutes, and softflowd 1.1, tried first, holds the packets of a quiet link back until a quarter of a
megabyte of them has come.
"""

import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import IO

ACTIVE, IDLE, CLOSING = 10.0, 4.0, 0.5
"""Seconds: a flow that goes on is told so often; one that is silent, or has said goodbye, is told after these."""

FIN, RST = 0x01, 0x04
TEMPLATE = 256
_TCP, _UDP, _ICMP = 6, 17, 1

_FIELDS = ((8, 4), (12, 4), (21, 4), (22, 4), (1, 8), (2, 4), (7, 2), (11, 2), (4, 1), (6, 1))
"""(field type, bytes): addresses, last and first switched, bytes, packets, ports, protocol, flags (RFC 3954, 8)."""

_RECORD = struct.Struct("!4s4sIIQIHHBB")
_HEADER = struct.Struct("!HHIIII")
_ETHERNET, _IPV4 = 14, 0x0800
_MOST = 30
"""Records in a datagram: 34 bytes each, and 1,500 on the wire."""

_SNAP = 96
_PCAP_HEADER, _PACKET_HEADER = 24, struct.Struct("=IIII")
_CHUNK = 1 << 16
_LOOK = 0.5
"""Seconds between two looks at which flows are due."""

Key = tuple[bytes, bytes, int, int, int]
"""Source, target, protocol, source port, target port; of ICMP, the type and code as a port, as NetFlow has it."""


@dataclass(slots=True)
class Flow:
    """Packets of one direction of a conversation, since it was last told; moments in seconds."""

    first: float
    last: float
    packets: int = 0
    bytes_: int = 0
    flags: int = 0


@dataclass(slots=True)
class Flows:
    """The flows that are going on."""

    held: dict[Key, Flow] = field(default_factory=dict)

    def see(self, frame: bytes, at: float) -> None:
        """Count a packet, whose first bytes are enough; what is not IPv4 is not counted."""
        if len(frame) < _ETHERNET + 20 or int.from_bytes(frame[12:14], "big") != _IPV4:
            return
        header = _ETHERNET + 4 * (frame[_ETHERNET] & 15)
        protocol = frame[_ETHERNET + 9]
        # Ports stand in a datagram's first fragment only (RFC 791).
        first = int.from_bytes(frame[_ETHERNET + 6 : _ETHERNET + 8], "big") & 0x1FFF == 0
        source = target = flags = 0
        if first and protocol in {_TCP, _UDP} and len(frame) >= header + 4:
            source, target = struct.unpack_from("!HH", frame, header)
            if protocol == _TCP and len(frame) > header + 13:
                flags = frame[header + 13]
        elif first and protocol == _ICMP and len(frame) >= header + 2:
            target = int.from_bytes(frame[header : header + 2], "big")
        key = (frame[_ETHERNET + 12 : _ETHERNET + 16], frame[_ETHERNET + 16 : _ETHERNET + 20], protocol, source, target)
        flow = self.held.get(key)
        if flow is None:
            flow = self.held[key] = Flow(first=at, last=at)
        flow.last = at
        flow.packets += 1
        flow.bytes_ += int.from_bytes(frame[_ETHERNET + 2 : _ETHERNET + 4], "big")
        flow.flags |= flags

    def due(self, now: float) -> list[tuple[Key, Flow]]:
        """Give, and forget, the flows to tell now."""
        ended = [
            key
            for key, flow in self.held.items()
            if now - flow.first >= ACTIVE or now - flow.last >= (CLOSING if flow.flags & (FIN | RST) else IDLE)
        ]
        return [(key, self.held.pop(key)) for key in ended]


def datagrams(flows: Iterable[tuple[Key, Flow]], *, started: float, now: float, sequence: int) -> Iterator[bytes]:
    """Write flows as NetFlow version 9, each datagram with its template: a collector may come late.

    Args:
        flows: what `Flows.due` gave.
        started: when the exporter did; moments are told since then.
        now: seconds since 1970.
        sequence: number of the first datagram.
    """
    told = [
        _RECORD.pack(
            source,
            target,
            _since(flow.last, started),
            _since(flow.first, started),
            flow.bytes_,
            flow.packets,
            near,
            far,
            protocol,
            flow.flags,
        )
        for (source, target, protocol, near, far), flow in flows
    ]
    fields = b"".join(struct.pack("!HH", *one) for one in _FIELDS)
    template = struct.pack("!HHHH", 0, 8 + len(fields), TEMPLATE, len(_FIELDS)) + fields
    for place in range(0, len(told), _MOST):
        records = told[place : place + _MOST]
        data = b"".join(records)
        padding = bytes(-len(data) % 4)
        header = _HEADER.pack(9, len(records) + 1, _since(now, started), int(now), sequence + place // _MOST, 0)
        yield header + template + struct.pack("!HH", TEMPLATE, 4 + len(data) + len(padding)) + data + padding


def packets(stream: bytearray) -> Iterator[tuple[bytes, float]]:
    """Take whole packets, with their moments, off a stream in pcap's format, whose own header is gone."""
    place = 0
    while len(stream) - place >= _PACKET_HEADER.size:
        seconds, micro, held, _ = _PACKET_HEADER.unpack_from(stream, place)
        end = place + _PACKET_HEADER.size + held
        if end > len(stream):
            break
        yield bytes(stream[place + _PACKET_HEADER.size : end]), seconds + micro / 1e6
        place = end
    del stream[:place]


def _since(moment: float, started: float) -> int:
    return max(0, round(1000 * (moment - started))) & 0xFFFFFFFF


def main(argv: list[str]) -> None:
    """Export what passes a link, until killed."""
    link, host, port = argv
    capture = ["dumpcap", "-q", "-P", "-i", link, "-s", str(_SNAP), "-f", "ip", "-w", "-"]
    flows, stream, sequence, started, looked = Flows(), bytearray(), 0, time.time(), 0.0
    with (
        subprocess.Popen(capture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0) as reading,  # noqa: S603 - fixed
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        pipe = reading.stdout
        if pipe is None or len(_exactly(pipe, _PCAP_HEADER)) < _PCAP_HEADER:
            return
        out.connect((str(IPv4Address(host)), int(port)))
        while True:
            ready, _, _ = select.select([pipe], [], [], _LOOK)
            if ready:
                chunk = pipe.read(_CHUNK)
                if not chunk:
                    break
                stream += chunk
                for frame, at in packets(stream):
                    flows.see(frame, at)
            now = time.time()
            if now - looked >= _LOOK:
                looked = now
                for datagram in datagrams(flows.due(now), started=started, now=now, sequence=sequence):
                    out.send(datagram)
                    sequence += 1


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    said = b""
    while len(said) < size and (part := pipe.read(size - len(said))):
        said += part
    return said


if __name__ == "__main__":
    main(sys.argv[1:])
