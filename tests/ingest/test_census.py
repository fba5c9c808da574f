from io import BytesIO

from tests.ingest.packets import echo, ethernet, ipv4, pcap, udp, v5

from cloison.ingest.census import Census
from cloison.ingest.format import Tally

FLOW = ("10.0.0.1", 50_000, "10.0.0.2", 443, 6, 1, 40, 2, 0, 0)


def take(*packets):
    census = Census()
    tables = list(census.take(BytesIO(pcap([(0, ethernet(packet)) for packet in packets])), Tally()))
    return census, tables


def test_flows_told_in_a_capture_are_read_whatever_the_port():
    census, (table,) = take(ipv4("192.0.2.1", "192.0.2.9", 17, udp(40_000, 7777, v5([FLOW]))))
    assert table["dst_port"].to_list() == [443]
    assert census.export_paths == {("192.0.2.1", "192.0.2.9", 7777)}


def test_echo_requests_are_remembered_by_pair_and_answers_are_not():
    census, tables = take(ipv4("10.0.0.1", "10.0.0.2", 1, echo(8)), ipv4("10.0.0.2", "10.0.0.1", 1, echo(0)))
    assert census.echoes == {"10.0.0.1>10.0.0.2"}
    assert tables == []


def test_sampled_packets_are_counted_not_read():
    sampled = b"\0\0\0\x05\0\0\0\x01" + bytes(16) + b"\0\0\0\x01" + bytes(40)
    census, tables = take(ipv4("192.0.2.1", "192.0.2.9", 17, udp(40_000, 6343, sampled)))
    assert census.sampled == 1
    assert tables == []
