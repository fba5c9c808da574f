import pytest
from tests.ingest.packets import ACK, ethernet, ipv4, ipv6, tcp, udp

from cloison.ingest.capture import Packet
from cloison.ingest.programs import Programs

HEADER = b"MZ\x90\0" + bytes(70) + b"!This program cannot be run in DOS mode.\r\r\n$"
A, B = "10.0.0.1", "203.0.113.9"


def look(*networks, kind=0x0800):
    programs = Programs()
    for place, network in enumerate(networks, start=1):
        programs.look(Packet(place, 1_000_000 * place, 1, ethernet(network, kind)))
    return programs.table().to_dicts()


def carried(payload, *, sport=80, dport=50_000):
    return ipv4(B, A, 6, tcp(sport, dport, ACK, payload))


@pytest.mark.parametrize(
    ("ports", "protocol"),
    [({}, "http"), ({"sport": 50_000, "dport": 445}, "smb"), ({"sport": 4444}, "tcp")],
)
def test_a_program_is_known_by_how_it_begins(ports, protocol):
    (row,) = look(carried(b"nothing"), carried(b"HTTP/1.1 200 OK\r\n\r\n" + HEADER, **ports))
    assert (row["src"], row["dst"], row["record"], row["protocol"]) == (B, A, 2, protocol)
    assert (row["mime"], row["seen_at"].timestamp()) == ("application/x-dosexec", 2)


def test_it_is_known_over_ipv6_too():
    (row,) = look(ipv6("2001:db8::1", "2001:db8::2", 6, tcp(80, 50_000, ACK, HEADER)), kind=0x86DD)
    assert row["src"] == "2001:db8::1"


@pytest.mark.parametrize(
    "network",
    [
        carried(HEADER[4:]),
        carried(HEADER[:40]),
        carried(b"This program is free"),
        ipv4(B, A, 17, udp(80, 50_000, HEADER)),
        ipv4(B, A, 6, b""),
    ],
    ids=["its text alone", "its first bytes alone", "other words", "no tcp", "cut short"],
)
def test_what_only_looks_like_it_is_left_out(network):
    assert look(network) == []
