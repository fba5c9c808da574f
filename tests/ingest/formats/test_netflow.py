import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.packets import FIVE_TUPLE, five_tuple, flow_set, flows, ipfix, read_with, template, v5, v9

from cloison.errors import UnreadableSourceError
from cloison.ingest.formats.netflow import NetFlow

FLOW = ("10.0.0.1", 50_000, "10.0.0.2", 443, 6, 1, 40, 2, 0, 0)
LAYOUT = template(256, *FIVE_TUPLE)


def test_datagrams_one_after_the_other_are_all_read(tmp_path):
    content = v5([FLOW]) + v9(flow_set(0, LAYOUT)) + v9(flow_set(256, five_tuple(dst_port=22)))
    content += ipfix(flow_set(2, LAYOUT), flow_set(256, five_tuple(dst_port=80)))
    tables, tally = read_with(NetFlow(), content, tmp_path)
    assert [flow["dst_port"] for flow in flows(tables)] == [443, 22, 80]
    assert [flow["record"] for flow in flows(tables)] == [1, 2, 3]
    assert tally.remarks == []


def test_zeros_that_fill_a_packet_are_no_datagram(tmp_path):
    content = v9(flow_set(0, LAYOUT), flow_set(256, five_tuple())) + bytes(700)
    tables, tally = read_with(NetFlow(), content, tmp_path)
    assert len(flows(tables)) == 1
    assert tally.remarks == []


def test_a_file_of_templates_gives_no_record_and_says_so(tmp_path):
    tables, tally = read_with(NetFlow(), v9(flow_set(0, LAYOUT)), tmp_path)
    assert tables == {}
    assert len(tally.remarks) == 1


def test_what_follows_the_last_datagram_is_rejected(tmp_path):
    tables, tally = read_with(NetFlow(), v5([FLOW]) + b"something else", tmp_path)
    assert len(flows(tables)) == 1
    assert tally.rejected == 1


def test_a_truncated_file_gives_what_it_holds(tmp_path):
    tables, tally = read_with(NetFlow(), v5([FLOW] * 20)[:-100], tmp_path)
    assert len(flows(tables)) == 17
    assert [str(remark) for remark in tally.remarks] == ["1 datagram is damaged or cut short"]


def test_a_retired_version_is_refused_by_name(tmp_path):
    with pytest.raises(UnreadableSourceError, match="NetFlow v7 is not read"):
        read_with(NetFlow(), b"\0\x07\0\x01" + bytes(200), tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=90), st.just(v5([FLOW])), st.just(v9(flow_set(0, LAYOUT)))), max_size=6))
def test_any_bytes_after_a_datagram_are_read_or_rejected(tmp_path, parts):
    content = v9(flow_set(0, LAYOUT), flow_set(256, five_tuple())) + b"".join(parts)
    tables, _ = read_with(NetFlow(), content, tmp_path)
    assert len(flows(tables)) >= 1


def test_every_recorded_file_of_datagrams_is_read(recordings, tmp_path):
    folder = recordings / "netflow" / "vendor_datagrams"
    read = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        if NetFlow().recognise(content):
            tables, tally = read_with(NetFlow(), content, tmp_path)
            read[path.name] = sum(table.height for table in tables.values())
            assert read[path.name] or tally.remarks, path.name
    assert len(read) >= 89
    assert sum(read.values()) > 100


def test_recorded_data_is_read_by_the_templates_recorded_beside_it(recordings, tmp_path):
    folder = recordings / "netflow" / "vendor_datagrams"
    for kind in (
        "ipfix_test_openbsd_pflow",
        "ipfix_test_viptela",
        "netflow9_test_cisco_wlc",
        "netflow9_test_ubnt_edgerouter",
    ):
        layouts = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{kind}_tpl*")))
        data = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{kind}_data*")))
        tables, tally = read_with(NetFlow(), layouts + data, tmp_path)
        if tables:
            assert all(flow["ts"].year >= 2014 for flow in flows(tables))
        else:
            assert tally.unused
