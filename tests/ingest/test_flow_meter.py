import pytest
from tests.ingest.packets import ACK, FIN, PSH, RST, SYN, echo, ethernet, ipv4, pcap, tcp, udp

from cloison.errors import UnreadableSourceError
from cloison.ingest.flow_meter import Echoes, blocks_of_lines, meter_flows, time_limit
from cloison.ingest.format import Tally

A, B = "10.0.0.1", "10.0.0.2"


def meter(tmp_path, packets, echoes=()):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap([(place * 0.01, ethernet(packet)) for place, packet in enumerate(packets)]))
    tally = Tally()
    found = [
        row for table in meter_flows(path, "capture.pcap", Echoes(frozenset(echoes)), tally) for row in table.to_dicts()
    ]
    assert tally == Tally()
    return found


def forth(flags, payload=b"", port=443, sport=50_000):
    return ipv4(A, B, 6, tcp(sport, port, flags, payload))


def back(flags, payload=b"", port=443, sport=50_000):
    return ipv4(B, A, 6, tcp(port, sport, flags, payload))


@pytest.mark.parametrize(
    ("packets", "answered"),
    [
        ([forth(SYN)], False),
        ([forth(SYN), back(RST | ACK)], False),
        ([forth(SYN), back(SYN | ACK), forth(RST)], True),
        ([forth(SYN), back(SYN | ACK), forth(ACK), forth(PSH | ACK, b"q"), back(RST)], True),
        ([forth(ACK, b"q"), back(ACK, b"a")], True),
        ([forth(ACK, b"q")], None),
        ([ipv4(A, B, 17, udp(50_000, 53, b"q"))], False),
        ([ipv4(A, B, 17, udp(50_000, 53, b"q")), ipv4(B, A, 17, udp(53, 50_000, b"a"))], True),
        ([ipv4(A, "239.1.1.1", 17, udp(50_000, 1900, b"q"))], None),
        ([ipv4(A, "10.0.0.255", 1, echo(3))], None),
    ],
)
def test_whether_a_call_was_taken_follows_flags_and_answers(tmp_path, packets, answered):
    (flow,) = meter(tmp_path, packets)
    assert flow["answered"] is answered


def test_bytes_are_payload_and_each_side_has_its_own(tmp_path):
    (flow,) = meter(tmp_path, [forth(SYN), back(SYN | ACK), forth(PSH | ACK, b"12345"), back(PSH | ACK, b"123")])
    assert (flow["src"], flow["src_port"], flow["dst"], flow["dst_port"]) == (A, 50_000, B, 443)
    assert (flow["src_bytes"], flow["dst_bytes"], flow["src_packets"], flow["dst_packets"]) == (5, 3, 2, 2)
    assert (flow["src_mac"], flow["proto"]) == ("02:00:00:00:00:01", "tcp")


@pytest.mark.parametrize(
    ("packets", "state"),
    [
        ([forth(FIN), back(RST | ACK)], "odd"),
        ([forth(0, port=40_000, sport=443)], "odd"),
        ([forth(FIN | PSH | 0x20), forth(FIN | PSH | 0x20)], "odd"),
        ([forth(SYN | FIN), back(SYN | ACK)], "odd"),
        ([forth(FIN | ACK), back(RST)], None),
        ([forth(SYN), back(SYN | ACK), forth(ACK), forth(FIN | ACK)], None),
        ([forth(RST)], None),
    ],
)
def test_segments_that_no_tcp_sends_are_told_as_odd_and_their_sender_as_the_caller(tmp_path, packets, state):
    (flow,) = meter(tmp_path, packets)
    assert (flow["src"], flow["state"]) == (A, state)


@pytest.mark.parametrize("packets", [[back(SYN | ACK), forth(ACK)], [back(ACK, b"a"), forth(ACK, b"q")]])
def test_a_capture_that_begins_with_the_answer_keeps_the_caller(tmp_path, packets):
    (flow,) = meter(tmp_path, packets)
    assert (flow["src"], flow["dst_port"]) == (A, 443)


def test_an_echo_request_that_nobody_answers_is_told_from_other_messages(tmp_path):
    (flow,) = meter(tmp_path, [ipv4(A, B, 1, echo(8))], echoes={f"{A}>{B}"})
    assert (flow["proto"], flow["src_port"], flow["dst_port"], flow["answered"]) == ("icmp", 8, 0, False)


def test_a_guess_by_the_port_alone_is_no_service(tmp_path):
    (flow,) = meter(tmp_path, [forth(SYN, port=22), back(RST | ACK, port=22)])
    assert flow["service"] is None


def test_two_readings_give_the_same_flows_in_the_same_order(tmp_path):
    packets = [forth(SYN, port=port) for port in range(1, 200)]
    assert meter(tmp_path, packets) == meter(tmp_path, packets)


def test_what_the_meter_refuses_is_refused_with_its_reason(tmp_path):
    path = tmp_path / "odd"
    path.write_bytes(b"")
    with pytest.raises(UnreadableSourceError, match="the capture cannot be read"):
        list(meter_flows(path, "odd", Echoes(frozenset()), Tally()))


def test_lines_stay_whole_whatever_the_blocks(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"one\ntwo\n" * 300_000 + b"cut")
    with path.open("rb") as stream:
        blocks = list(blocks_of_lines(stream))
    assert len(blocks) > 1
    assert all(block.endswith(b"\n") for block in blocks)
    assert b"".join(blocks) == b"one\ntwo\n" * 300_000


def test_a_larger_capture_gets_more_time():
    assert time_limit(10**9) > time_limit(10**6)
