"""Flows are told within seconds of the last packet, in NetFlow version 9."""

import struct
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from cloison.rehearse.range.exporting import ACTIVE, CLOSING, FIN, IDLE, TEMPLATE, Flows, datagrams, packets

HERE, THERE = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2")


def frame(*, protocol=6, flags=0x10, size=60, offset=0, kind=0x0800, body=None):
    if body is None:
        body = struct.pack("!HHIIBBHHH", 40_000, 443, 0, 0, 0x50, flags, 0, 0, 0)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, 0, offset, 64, protocol, 0, HERE.packed, THERE.packed)
    return bytes(12) + struct.pack("!H", kind) + head + body


def test_a_conversation_that_says_goodbye_is_told_at_once():
    flows = Flows()
    flows.see(frame(size=60), 100.0)
    flows.see(frame(size=1500, flags=0x10 | FIN), 100.2)
    assert flows.due(100.2 + CLOSING / 2) == []
    ((key, flow),) = flows.due(100.2 + CLOSING)
    assert key == (HERE.packed, THERE.packed, 6, 40_000, 443)
    assert (flow.packets, flow.bytes_, flow.flags, flow.first, flow.last) == (2, 1560, 0x11, 100.0, 100.2)
    assert flows.due(1000.0) == []


def test_a_conversation_that_goes_on_is_told_in_parts_and_a_silent_one_after_a_while():
    flows = Flows()
    flows.see(frame(), 100.0)
    assert flows.due(100.0 + IDLE - 0.1) == []
    assert len(flows.due(100.0 + IDLE)) == 1
    for tenth in range(int(ACTIVE * 10)):
        flows.see(frame(), 200.0 + tenth / 10)
    ((_, flow),) = flows.due(200.0 + ACTIVE)
    assert flow.packets == ACTIVE * 10


def test_a_later_fragment_has_no_ports_and_an_echo_its_type():
    flows = Flows()
    flows.see(frame(offset=100), 0.0)
    flows.see(frame(protocol=1, body=b"\x08\x00" + bytes(6)), 0.0)
    assert {key[2:] for key in flows.held} == {(6, 0, 0), (1, 0, 0x0800)}


@given(st.binary(max_size=120))
def test_no_packet_stops_the_exporter(octets):
    flows = Flows()
    flows.see(octets, 0.0)
    flows.see(frame(body=octets), 0.0)
    flows.see(frame(kind=0x86DD), 0.0)
    assert len(flows.held) == 1 + (len(octets) >= 34 and octets[12:14] == b"\x08\x00")


def test_records_are_written_as_their_template_says():
    flows = Flows()
    for number in range(70):
        body = struct.pack("!HHHH", 1000 + number, 53, 8, 0)
        flows.see(frame(protocol=17, body=body), 50.0)
    written = list(datagrams(flows.due(60.0), started=40.0, now=60.0, sequence=5))
    assert [struct.unpack_from("!HHIIII", one)[1] for one in written] == [31, 31, 11]
    version, _, uptime, moment, sequence, _ = struct.unpack_from("!HHIIII", written[1])
    assert (version, uptime, moment, sequence) == (9, 20_000, 60, 6)
    size = struct.unpack_from("!HH", written[0], 20)[1]
    names = [struct.unpack_from("!HH", written[0], 28 + 4 * place) for place in range((size - 8) // 4)]
    kind, length = struct.unpack_from("!HH", written[0], 20 + size)
    assert (kind, length % 4, 20 + size + length) == (TEMPLATE, 0, len(written[0]))
    assert sum(width for _, width in names) == 34
    source, target, last, first = struct.unpack_from("!4s4sII", written[0], 24 + size)
    assert (source, target, last, first) == (HERE.packed, THERE.packed, 10_000, 10_000)


def test_a_stream_is_cut_into_packets_wherever_it_was_cut_before():
    whole = b"".join(struct.pack("=IIII", 7, 500_000, len(one), 99) + one for one in (b"abc", b"defgh"))
    for cut in range(len(whole)):
        stream, seen = bytearray(), []
        for part in (whole[:cut], whole[cut:]):
            stream += part
            seen += packets(stream)
        assert (seen, stream) == ([(b"abc", 7.5), (b"defgh", 7.5)], b"")
