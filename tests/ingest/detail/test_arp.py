from tests.ingest.frames import frame, observe

from cloison.ingest.detail.arp import Arp
from cloison.model.observations import SCHEMAS, Kind


def arp(number, opcode, src="10.0.0.1", **more):
    return frame(number, "eth:ethertype:arp", arp__opcode=opcode, arp__src__proto_ipv4=src,
                 arp__dst__proto_ipv4="10.0.0.2", arp__src__hw_mac="02:00:00:00:00:01", **more)  # fmt: skip


def test_questions_and_answers_are_told_apart():
    rows = observe(Arp(), arp(1, "1"), arp(2, "2"))
    assert [(row["operation"], row["src"], row["dst"], row["src_mac"]) for row in rows] == [
        ("request", "10.0.0.1", "10.0.0.2", "02:00:00:00:00:01"),
        ("reply", "10.0.0.1", "10.0.0.2", "02:00:00:00:00:01"),
    ]
    assert set(rows[0]) <= set(SCHEMAS[Kind.ARP])


def test_a_probe_comes_from_nobody_yet():
    (row,) = observe(Arp(), arp(1, "1", ".".join("0000")))
    assert row["src"] is None


def test_reverse_resolution_is_passed_over():
    assert observe(Arp(), arp(1, "3"), arp(2, "")) == []
