import os
import shutil
from pathlib import Path

import pytest
from tests.ingest.packets import SYN, echo, ethernet, flows, ipv4, pcap, pcapng, read_with, tcp, udp, v5

from cloison.errors import UnreadableSourceError
from cloison.ingest.detail import tshark
from cloison.ingest.formats.pcap import Pcap
from cloison.ingest.opening import open_source
from cloison.model.observations import Kind

installed = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

A, B = "10.0.0.1", "10.0.0.2"
CALL = ethernet(ipv4(A, B, 6, tcp(50_000, 445, SYN)))
FLOW = (A, 50_000, B, 443, 6, 1, 40, 2, 0, 0)


@pytest.fixture
def alone(monkeypatch):
    """A machine without tshark."""
    monkeypatch.setattr(tshark, "PROGRAM", "a-program-that-is-not-there")


@pytest.mark.usefixtures("alone")
def test_without_tshark_flows_still_come(tmp_path):
    tables, tally = read_with(Pcap(), pcap([(0, CALL)]), tmp_path)
    assert [(flow["src"], flow["dst_port"], flow["answered"]) for flow in flows(tables)] == [(A, 445, False)]
    assert "tshark is not installed" in str(tally.remarks[0])


@pytest.mark.usefixtures("alone")
def test_flows_told_by_an_exporter_take_the_place_of_its_datagrams(tmp_path):
    told = ethernet(ipv4("192.0.2.1", "192.0.2.9", 17, udp(40_000, 7777, v5([FLOW]))))
    tables, _ = read_with(Pcap(), pcap([(0, told), (1, CALL)]), tmp_path)
    assert [(flow["record"], flow["dst_port"]) for flow in flows(tables)] == [(1, 443), (3, 445)]


@pytest.mark.usefixtures("alone")
def test_a_sweep_of_echo_requests_is_a_series_of_unanswered_calls(tmp_path):
    sweep = [(0, ethernet(ipv4(A, f"10.0.0.{host}", 1, echo(8)))) for host in range(2, 12)]
    tables, _ = read_with(Pcap(), pcap(sweep), tmp_path)
    assert [flow["answered"] for flow in flows(tables)] == [False] * 10


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("content", [
    pcap([(0, b"\x08\0" + bytes(2) + bytes(16) + CALL[14:])], link=276),
    pcapng([(0, 0, CALL), (1, 1, CALL[14:])], links=(1, 101)),
])  # fmt: skip
def test_links_that_the_meter_does_not_read_are_rewritten_for_it(tmp_path, content):
    tables, _ = read_with(Pcap(), content, tmp_path)
    assert {flow["dst_port"] for flow in flows(tables)} == {445}


@pytest.mark.usefixtures("alone")
def test_a_link_without_ip_is_refused_by_its_name(tmp_path):
    with pytest.raises(UnreadableSourceError, match="Wi-Fi"):
        read_with(Pcap(), pcap([(0, bytes(60))], link=127), tmp_path)


@pytest.mark.usefixtures("alone")
def test_an_empty_capture_says_so(tmp_path):
    tables, tally = read_with(Pcap(), pcap([]), tmp_path)
    assert tables == {}
    assert [str(remark) for remark in tally.remarks] == ["the capture holds no packet"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("content", [pcap([(0, CALL), (1, CALL)])[:-20], pcap([(0, CALL)]) + b"\xff" * 300])
def test_a_truncated_or_damaged_capture_gives_what_it_holds(tmp_path, content):
    tables, tally = read_with(Pcap(), content, tmp_path)
    assert len(flows(tables)) == 1
    assert "cut short or damaged" in str(tally.remarks[0])


def test_no_process_and_no_pinning_is_left_behind(tmp_path):
    before = os.sched_getaffinity(0)
    read_with(Pcap(), pcap([(0, CALL)]), tmp_path)
    assert os.sched_getaffinity(0) == before
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    assert not [pid for pid in children if "metering" in Path(f"/proc/{pid}/cmdline").read_text()]


def recorded(recordings, folder):
    return sorted(path for path in (recordings / folder).rglob("*") if ".cap" in path.name or ".pcap" in path.name)


def tables_of(path, format_):
    from cloison.ingest.format import Tally  # noqa: PLC0415

    kinds, tally = {}, Tally()
    for kind, table in format_.read(open_source(path, path.name), tally):
        kinds[kind] = kinds.get(kind, 0) + table.height
    return kinds, tally


@pytest.mark.usefixtures("alone")
def test_every_recorded_capture_gives_flows(recordings):
    paths = recorded(recordings, "pcap") + recorded(recordings, "netflow")
    assert len(paths) >= 100
    for path in paths:
        kinds, tally = tables_of(path, Pcap())
        assert kinds.get(Kind.FLOW), (path.name, tally)


@installed
def test_recorded_lateral_movements_show_shares_or_remote_calls(recordings):
    for path in recorded(recordings, "pcap/lateral_movement"):
        kinds, tally = tables_of(path, Pcap())
        assert kinds.get(Kind.SMB) or kinds.get(Kind.RPC) or "psremoting" in path.name, path.name
        assert tally.rejected == 0
