"""Packets of a capture file, one by one: pcap and pcapng, whatever their byte order.

Only what surrounds the packets is read here (nfstream and tshark dissect them): how many there are, over
which link, whether the file was cut short, and the few datagrams that are themselves exported flows.

Sources: draft-ietf-opsawg-pcap (pcap), draft-ietf-opsawg-pcapng (pcapng).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

PCAP_MAGICS = {
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000, 0),
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000, 0),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000, 0),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000, 0),
    b"\xa1\xb2\xcd\x34": (">", 1_000_000, 8),  # a patched libpcap: eight more bytes before each packet
    b"\x34\xcd\xb2\xa1": ("<", 1_000_000, 8),
}
"""First four bytes -> byte order, ticks a second, extra bytes of each packet's header."""

SECTION = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 1, 2, 3, 6
_TSRESOL = 9

MAX_PACKET = 16 << 20
"""Longer than any link's packet, jumbo frames and USB included: a length above it is damage."""


class Packet(NamedTuple):
    """One packet.

    Attributes:
        number: 1-based, as Wireshark numbers frames.
        time_us: microseconds since 1970; 0 where the file gives none.
        link: LINKTYPE value of its interface.
        data: bytes captured.
    """

    number: int
    time_us: int
    link: int
    data: bytes


@dataclass(slots=True)
class Walk:
    """What a walk through a capture has learnt so far.

    Attributes:
        packets: packets given.
        damaged: the file ended in the middle of something, or a length in it is impossible.
        links: LINKTYPE values seen on packets.
    """

    packets: int = 0
    damaged: bool = False
    links: set[int] = field(default_factory=set)


def is_capture(head: bytes) -> bool:
    """Tell pcap and pcapng by their first bytes."""
    return head[:4] in PCAP_MAGICS or (head[:4] == SECTION and head[8:12] in _ORDERS)


def walk_packets(stream: BinaryIO, walk: Walk) -> Iterator[Packet]:
    """Give the packets in file order, up to the first damage; never raises on bad content.

    Args:
        stream: from the capture's first byte.
        walk: filled in on the way.
    """
    magic = stream.read(4)
    packets = _walk_pcap(stream, walk, *PCAP_MAGICS[magic]) if magic in PCAP_MAGICS else _walk_pcapng(stream, walk)
    for packet in packets:
        walk.packets = packet.number
        walk.links.add(packet.link)
        yield packet


def _walk_pcap(stream: BinaryIO, walk: Walk, order: str, ticks: int, extra: int) -> Iterator[Packet]:
    header = stream.read(20)
    if len(header) < 20:  # noqa: PLR2004  # the file header's length, after its magic
        walk.damaged = True
        return
    # The upper bits hold the length of a frame check sequence.
    link = struct.unpack(order + "16xI", header)[0] & 0xFFFF
    packet_header = struct.Struct(f"{order}IIII{extra}x")
    number = 0
    while head := stream.read(packet_header.size):
        if len(head) < packet_header.size:
            walk.damaged = True
            return
        seconds, fraction, captured, _ = packet_header.unpack(head)
        data = stream.read(captured) if captured <= MAX_PACKET else b""
        if len(data) < captured:
            walk.damaged = True
            return
        number += 1
        yield Packet(number, seconds * 1_000_000 + fraction * 1_000_000 // ticks, link, data)


def _walk_pcapng(stream: BinaryIO, walk: Walk) -> Iterator[Packet]:
    """The first section's type has been read already."""
    order = "<"
    interfaces: list[tuple[int, int]] = []
    number = 0
    kind_bytes = SECTION
    while kind_bytes:
        length_bytes = stream.read(4)
        if kind_bytes == SECTION:
            # The length's own byte order is only known after it.
            order_bytes = stream.read(4)
            if order_bytes not in _ORDERS or len(length_bytes) < 4:  # noqa: PLR2004  # a 32-bit word
                walk.damaged = True
                return
            order, interfaces, already = _ORDERS[order_bytes], [], 12
        else:
            already = 8
        if len(kind_bytes) < 4 or len(length_bytes) < 4:  # noqa: PLR2004  # 32-bit words
            walk.damaged = True
            return
        (kind,) = struct.unpack(order + "I", kind_bytes)
        (length,) = struct.unpack(order + "I", length_bytes)
        rest = length - already
        body = stream.read(rest) if 4 <= rest <= MAX_PACKET else b""  # noqa: PLR2004  # the trailing length
        if len(body) < 4 or len(body) < rest:  # noqa: PLR2004
            walk.damaged = True
            return
        if kind == _INTERFACE and rest >= 12:  # noqa: PLR2004  # link, reserved, snap length, trailing length
            interfaces.append(_read_interface(body[:-4], order))
        elif kind in {_ENHANCED_PACKET, _OLD_PACKET, _SIMPLE_PACKET}:
            found = _read_packet(kind, body[:-4], order, interfaces, number + 1)
            if found is not None:
                number += 1
                yield found
        kind_bytes = stream.read(4)


def _read_interface(body: bytes, order: str) -> tuple[int, int]:
    """Give the link type and the ticks a second of an interface block."""
    (link,) = struct.unpack_from(order + "H", body)
    ticks = 1_000_000
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        if code == 0:
            break
        if code == _TSRESOL and length >= 1 and at + 4 < len(body):
            value = body[at + 4]
            # Above 10^-18 or 2^-60 no clock goes: damage.
            ticks = 1 << min(value & 0x7F, 60) if value & 0x80 else 10 ** min(value, 18)
        at += 4 + length + (-length % 4)
    return link, ticks


def _read_packet(kind: int, body: bytes, order: str, interfaces: list[tuple[int, int]], number: int) -> Packet | None:
    if kind == _SIMPLE_PACKET:
        if len(body) < 4 or not interfaces:  # noqa: PLR2004
            return None
        (original,) = struct.unpack_from(order + "I", body)
        return Packet(number, 0, interfaces[0][0], body[4 : 4 + original])
    if len(body) < 20:  # noqa: PLR2004  # interface, time in two words, two lengths
        return None
    layout = "I" if kind == _ENHANCED_PACKET else "H2x"
    interface, high, low, captured = struct.unpack_from(order + layout + "III", body)
    if interface >= len(interfaces):
        return None
    link, ticks = interfaces[interface]
    return Packet(number, ((high << 32) | low) * 1_000_000 // ticks, link, body[20 : 20 + captured])


class Datagram(NamedTuple):
    """What an IP packet carries, whole: a UDP datagram or an ICMP message; addresses packed, 4 or 16 bytes."""

    protocol: int
    src: bytes
    dst: bytes
    payload: bytes


class Segment(NamedTuple):
    """The ends of a TCP segment; addresses packed, 4 or 16 bytes."""

    src: bytes
    dst: bytes
    src_port: int
    dst_port: int


LINK_HEADERS = {0: 4, 1: 14, 9: 4, 12: 0, 50: 4, 101: 0, 104: 4, 108: 4, 113: 16, 228: 0, 229: 0, 276: 20}
"""LINKTYPE -> bytes before the network header: loopback, Ethernet, PPP, raw IP, Cisco HDLC, Linux cooked 1 and 2."""

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
_ETHERNET = 1
_VLAN_TAGS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
_CARRIED = (UDP, ICMP, ICMP6)


def network_offset(packet: Packet) -> int | None:
    """Give where the IP header begins in the packet; None when there is none."""
    data = packet.data
    at = LINK_HEADERS.get(packet.link)
    if at is None:
        return None
    if packet.link == _ETHERNET:
        while data[at - 2 : at] in _VLAN_TAGS:
            at += 4
        if data[at - 2 : at] not in {b"\x08\x00", b"\x86\xdd"}:
            return None
    return at if at < len(data) and data[at] >> 4 in {4, 6} else None


def datagram(packet: Packet) -> Datagram | None:
    """Give the UDP datagram or ICMP message in a packet; None when there is none, or only a fragment of one."""
    at = network_offset(packet)
    if at is None:
        return None
    data = packet.data
    if data[at] >> 4 == 4 and len(data) >= at + 20:  # noqa: PLR2004  # IPv4, RFC 791
        if data[at + 9] not in _CARRIED or data[at + 6] & 0x3F or data[at + 7]:  # the rest of a fragmented one
            return None
        (length,) = struct.unpack_from(">H", data, at + 2)
        begin = at + 4 * (data[at] & 0x0F)
        return Datagram(data[at + 9], data[at + 12 : at + 16], data[at + 16 : at + 20], data[begin : at + length])
    if data[at] >> 4 == 6 and len(data) >= at + 40 and data[at + 6] in _CARRIED:  # noqa: PLR2004  # RFC 8200
        return Datagram(data[at + 6], data[at + 8 : at + 24], data[at + 24 : at + 40], data[at + 40 :])
    return None


def segment(packet: Packet) -> Segment | None:
    """Give the ends of the TCP segment in a packet; None when there is none, or only a later fragment of one."""
    at = network_offset(packet)
    if at is None:
        return None
    data = packet.data
    if data[at] >> 4 == 4 and len(data) >= at + 20:  # noqa: PLR2004  # IPv4, RFC 791
        fragment = data[at + 6] & 0x1F or data[at + 7]
        begin, src, dst = at + 4 * (data[at] & 0x0F), data[at + 12 : at + 16], data[at + 16 : at + 20]
        protocol = data[at + 9]
    elif data[at] >> 4 == 6 and len(data) >= at + 40:  # noqa: PLR2004  # RFC 8200
        fragment, begin, src, dst, protocol = 0, at + 40, data[at + 8 : at + 24], data[at + 24 : at + 40], data[at + 6]
    else:
        return None
    if protocol != TCP or fragment or len(data) < begin + 4:
        return None
    return Segment(src, dst, *struct.unpack_from(">HH", data, begin))


def write_raw(packets: Iterator[Packet], out: BinaryIO) -> None:
    """Write the IP packets as a pcap file of raw IP, microseconds: one link, which every program reads."""
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, MAX_PACKET, 101))
    for packet in packets:
        at = network_offset(packet)
        if at is not None:
            data = packet.data[at:]
            seconds, rest = divmod(packet.time_us, 1_000_000)
            out.write(struct.pack("<IIII", seconds & 0xFFFFFFFF, rest, len(data), len(data)) + data)
