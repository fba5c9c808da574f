from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.packets import NOON, ethernet, ipv4, ipv6, pcap, pcapng, udp

from cloison.ingest.capture import Walk, datagram, is_capture, network_offset, walk_packets, write_raw

PACKET = ethernet(ipv4("10.0.0.1", "10.0.0.2", 17, udp(1111, 53, b"abcd")))


def walk_through(content):
    walk = Walk()
    return list(walk_packets(BytesIO(content), walk)), walk


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "ticks", "extra"), [(0xA1B2C3D4, 10**6, 0), (0xA1B23C4D, 10**9, 0), (0xA1B2CD34, 10**6, 8)]
)
def test_every_kind_of_pcap_tells_the_same_packets(order, magic, ticks, extra):
    content = pcap([(0.25, PACKET), (1.5, PACKET)], order=order, magic=magic, ticks=ticks, extra=extra)
    packets, walk = walk_through(content)
    assert is_capture(content)
    assert [(packet.number, packet.time_us, packet.data) for packet in packets] == [
        (1, NOON * 1_000_000 + 250_000, PACKET),
        (2, NOON * 1_000_000 + 1_500_000, PACKET),
    ]
    assert walk == Walk(packets=2, links={1})


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [6, 9])
def test_pcapng_keeps_each_interface_its_own_link(order, resolution):
    packets, walk = walk_through(
        pcapng([(0.25, 0, PACKET), (1, 1, PACKET[14:])], links=(1, 101), order=order, resolution=resolution)
    )
    assert [(packet.link, packet.time_us) for packet in packets] == [
        (1, NOON * 1_000_000 + 250_000),
        (101, (NOON + 1) * 1_000_000),
    ]
    assert not walk.damaged


@pytest.mark.parametrize("whole", [pcap([(0, PACKET)] * 3), pcapng([(0, 0, PACKET)] * 3)])
def test_a_truncated_capture_gives_what_it_holds(whole):
    packets, walk = walk_through(whole[:-20])
    assert len(packets) == 2
    assert walk.damaged


def test_a_length_that_no_packet_has_ends_the_walk():
    _, walk = walk_through(pcap([(0, PACKET)]) + b"\xff" * 16 + PACKET)
    assert walk.packets == 1
    assert walk.damaged


def test_datagrams_are_found_behind_vlan_tags_and_over_ipv6():
    tagged = ethernet(ipv4("10.0.0.1", "10.0.0.2", 17, udp(1, 2, b"x")), vlan=12)
    six = ethernet(ipv6("fd00::1", "fd00::2", 17, udp(1, 2, b"x")), kind=0x86DD)
    for packet in walk_through(pcap([(0, tagged), (0, six)]))[0]:
        assert datagram(packet).payload[-1:] == b"x"


def test_a_fragment_is_no_datagram():
    fragment = bytearray(PACKET)
    fragment[14 + 6] = 0x20
    (packet,), _ = walk_through(pcap([(0, bytes(fragment))]))
    assert datagram(packet) is None


def test_what_is_not_ip_has_no_network_header():
    (packet,), _ = walk_through(pcap([(0, ethernet(b"E" * 40, kind=0x0806))]))
    assert network_offset(packet) is None


def test_a_copy_as_raw_ip_holds_the_same_packets():
    packets, _ = walk_through(pcapng([(0.5, 0, PACKET), (1, 1, PACKET[14:])], links=(1, 101)))
    out = BytesIO()
    write_raw(iter(packets), out)
    copied, _ = walk_through(out.getvalue())
    assert [(packet.time_us, packet.data) for packet in copied] == [(packet.time_us, PACKET[14:]) for packet in packets]


@given(
    st.binary(max_size=400), st.sampled_from([b"", pcap([(0, PACKET)]), pcapng([(0, 0, PACKET)])]), st.integers(0, 200)
)
def test_no_bytes_stop_the_walk_with_an_error(tail, begin, cut):
    for packet in walk_through(begin[: len(begin) - cut] + tail)[0]:
        datagram(packet)
