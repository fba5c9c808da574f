import shutil
import subprocess

import pytest
from tests.ingest.packets import ACK, RST, SYN, echo, ethernet, flows, ipv4, pcap, read_with, tcp

from cloison.errors import UnreadableSourceError
from cloison.ingest.formats import nfdump
from cloison.ingest.formats.nfdump import Nfdump

installed = pytest.mark.skipif(not shutil.which("nfpcapd"), reason="nfdump is not installed")

MAGIC = b"\x0c\xa5\x01\0"


@pytest.fixture
def collected(tmp_path):
    """What nfdump's own collector makes of three conversations."""
    a, b = "10.0.0.1", "10.0.0.2"
    packets = [
        ipv4(a, b, 6, tcp(50_000, 443, SYN)), ipv4(b, a, 6, tcp(443, 50_000, RST | ACK)),
        ipv4(a, b, 6, tcp(50_001, 22, SYN)), ipv4(a, b, 1, echo(8)),
    ]  # fmt: skip
    (tmp_path / "in.pcap").write_bytes(pcap([(place * 0.25, ethernet(packet)) for place, packet in enumerate(packets)]))
    spool = tmp_path / "spool"
    spool.mkdir()
    command = ["nfpcapd", "-r", str(tmp_path / "in.pcap"), "-l", str(spool)]
    subprocess.run(command, check=False, capture_output=True, timeout=60)
    found = [path for path in spool.rglob("nfcapd.*") if path.is_file()]
    if not found:
        pytest.skip("this nfpcapd cannot write a file here")
    return found[0].read_bytes()


@installed
def test_both_halves_of_a_refused_call_are_one_flow(collected, tmp_path):
    tables, tally = read_with(Nfdump(), collected, tmp_path)
    told = {flow["dst_port"]: flow for flow in flows(tables) if flow["proto"] == "tcp"}
    assert told[443]["answered"] is False
    assert told[443]["dst_packets"] == 1
    assert told[22]["answered"] is False
    assert told[22]["dst_packets"] is None
    assert tally.remarks == []


@installed
def test_a_damaged_file_is_refused_with_what_nfdump_says(tmp_path):
    with pytest.raises(UnreadableSourceError, match="nfdump cannot read it"):
        read_with(Nfdump(), MAGIC + b"\xff" * 400, tmp_path)


def test_without_nfdump_the_refusal_names_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(nfdump, "PROGRAM", "a-program-that-is-not-there")
    with pytest.raises(UnreadableSourceError, match="install the Debian package nfdump"):
        read_with(Nfdump(), MAGIC + bytes(200), tmp_path)


def test_other_bytes_are_not_taken_for_nfdump():
    assert not any(Nfdump().recognise(head) for head in (b"", b"\x0c", b"\x0c\xa5\x09\0", b"\xd4\xc3\xb2\xa1"))


@installed
def test_the_recorded_file_is_read(recordings, tmp_path):
    content = (recordings / "netflow" / "argus_nfdump" / "test1-malicious.nfdump").read_bytes()
    tables, tally = read_with(Nfdump(), content, tmp_path)
    assert len(flows(tables)) > 2000
    assert sum(flow["answered"] is False for flow in flows(tables)) > 2000
    assert tally.rejected == 0
