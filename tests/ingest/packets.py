"""Small captures and datagrams, built byte by byte: invented hosts in private and documentation ranges."""

import struct
from ipaddress import ip_address

import polars as pl

from cloison.ingest.format import Tally
from cloison.ingest.opening import open_source
from cloison.model.observations import SCHEMAS, Kind

NOON = 1_700_000_000
SYN, RST, ACK, PSH, FIN = 0x02, 0x04, 0x10, 0x08, 0x01


def ethernet(network, kind=0x0800, vlan=None):
    tag = struct.pack(">HH", 0x8100, vlan) if vlan is not None else b""
    return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + tag + struct.pack(">H", kind) + network


def ipv4(src, dst, protocol, payload):
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
    return head + ip_address(src).packed + ip_address(dst).packed + payload


def ipv6(src, dst, protocol, payload):
    head = struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64)
    return head + ip_address(src).packed + ip_address(dst).packed + payload


def udp(src_port, dst_port, payload=b""):
    return struct.pack(">HHHH", src_port, dst_port, 8 + len(payload), 0) + payload


def tcp(src_port, dst_port, flags, payload=b"", seq=1):
    return struct.pack(">HHIIBBHHH", src_port, dst_port, seq, 1, 0x50, flags, 1024, 0, 0) + payload


def echo(kind):
    return struct.pack(">BBHHH", kind, 0, 0, 1, 1)


def pcap(packets, *, link=1, order="<", magic=0xA1B2C3D4, ticks=1_000_000, extra=0):
    """Build a capture of (seconds after NOON, bytes) pairs."""
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for after, data in packets:
        fraction = round((after % 1) * ticks)
        out += struct.pack(order + "IIII", NOON + int(after), fraction, len(data), len(data)) + bytes(extra) + data
    return out


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + size + body + size


def pcapng(packets, *, links=(1,), order="<", resolution=6):
    """Build a pcapng of (seconds after NOON, interface, bytes) triples."""
    out = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
    for link in links:
        out += block(1, struct.pack(order + "HHI", link, 0, 65535) + option, order)
    for after, interface, data in packets:
        ticks = NOON * 10**resolution + round(after * 10**resolution)
        head = struct.pack(order + "IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        out += block(6, head + data, order)
    return out


def v5(records, *, uptime=3_600_000, seconds=NOON, sampling=0):
    """Build a NetFlow v5 datagram of (src, src_port, dst, dst_port, proto, packets, octets, flags, first, last)."""
    out = struct.pack(">HHIIIIBBH", 5, len(records), uptime, seconds, 0, 0, 0, 0, sampling)
    for src, sport, dst, dport, proto, packets, octets, flags, first, last in records:
        ends = ip_address(src).packed + ip_address(dst).packed + bytes(4)
        out += ends + struct.pack(">HHIIIIHHBBBBHHBBH", 0, 0, packets, octets, first, last, sport, dport, 0, flags,
                                  proto, 0, 0, 0, 0, 0, 0)  # fmt: skip
    return out


def v9(*sets, seconds=NOON, uptime=3_600_000, source=7):
    return struct.pack(">HHIIII", 9, max(len(sets), 1), uptime, seconds, 1, source) + b"".join(sets)


def ipfix(*sets, seconds=NOON, domain=7):
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), seconds, 1, domain) + body


def flow_set(number, body):
    body += bytes(-len(body) % 4)
    return struct.pack(">HH", number, 4 + len(body)) + body


def template(number, *fields):
    """Build a template record of (element, length) or (element, length, enterprise) fields."""
    out = struct.pack(">HH", number, len(fields))
    for element, length, *enterprise in fields:
        out += struct.pack(">HH", element | (0x8000 if enterprise else 0), length)
        out += struct.pack(">I", enterprise[0]) if enterprise else b""
    return out


FIVE_TUPLE = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1))


def five_tuple(src="10.0.0.1", dst="10.0.0.2", src_port=50_000, dst_port=443, proto=6):
    return ip_address(src).packed + ip_address(dst).packed + struct.pack(">HHB", src_port, dst_port, proto)


def read_with(format_, content, tmp_path, name="file"):
    """Read bytes as a file; give each kind's tables put together, checked against the schema, and the tally."""
    path = tmp_path / name
    path.write_bytes(content)
    opened = open_source(path, name)
    assert format_.recognise(opened.head)
    tally = Tally()
    tables = {}
    for kind, table in format_.read(opened, tally):
        assert table.height
        expected = {column: dtype for column, dtype in SCHEMAS[kind].items() if column != "origin"}
        assert dict(table.schema) == expected
        tables.setdefault(kind, []).append(table)
    return {kind: pl.concat(parts) for kind, parts in tables.items()}, tally


def flows(tables):
    return tables[Kind.FLOW].sort("record").to_dicts()
