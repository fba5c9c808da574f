import shutil

import pytest
from tests.ingest.packets import ethernet, ipv4, pcap, udp

from cloison.ingest.detail import tshark
from cloison.ingest.detail.tshark import read_detail
from cloison.ingest.format import Tally
from cloison.model.observations import Kind

installed = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

QUERY = b"\0\x01\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01"
PACKET = ethernet(ipv4("10.0.0.1", "10.0.0.2", 17, udp(50_000, 53, QUERY)))


@installed
def test_names_asked_for_come_with_the_packet_s_number(tmp_path):
    path = tmp_path / "one.pcap"
    path.write_bytes(pcap([(0, ethernet(b"", kind=0x0806)), (1, PACKET)]))
    tally = Tally()
    ((kind, table),) = read_detail(path, tally)
    assert kind is Kind.DNS
    assert table.select("query", "query_type", "record", "src").rows() == [("www.example", "A", 2, "10.0.0.1")]
    assert tally == Tally()


@installed
def test_what_tshark_cannot_read_is_remarked_and_not_raised(tmp_path):
    path = tmp_path / "odd.pcap"
    path.write_bytes(b"not a capture")
    tally = Tally()
    assert list(read_detail(path, tally)) == []
    assert len(tally.remarks) == 1


def test_without_tshark_a_remark_says_what_is_missed(tmp_path, monkeypatch):
    monkeypatch.setattr(tshark, "PROGRAM", "a-program-that-is-not-there")
    tally = Tally()
    assert list(read_detail(tmp_path / "any", tally)) == []
    assert "install the Debian package tshark" in str(tally.remarks[0])


def test_a_capture_too_large_for_tshark_is_not_given_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tshark, "LARGEST", 10)
    path = tmp_path / "large.pcap"
    path.write_bytes(pcap([(0, PACKET)]))
    tally = Tally()
    assert list(read_detail(path, tally)) == []
    assert len(tally.remarks) == 1
