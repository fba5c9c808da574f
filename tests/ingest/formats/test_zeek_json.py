import json

import pytest
from tests.ingest.logs import NOON, read_text

from cloison.ingest.formats.zeek_json import ZeekJson
from cloison.model.observations import Kind

FLOW = {
    "ts": NOON,
    "uid": "Cx",
    "id.orig_h": "192.0.2.10",
    "id.orig_p": 50000,
    "id.resp_h": "192.0.2.20",
    "id.resp_p": 445,
    "proto": "tcp",
    "duration": 1.5,
    "conn_state": "SF",
    "history": "Sh",
}


def lines(*objects):
    return "".join(json.dumps(read) + "\n" for read in objects)


@pytest.mark.parametrize("ts", [NOON, "2026-01-01T12:00:00.000000Z", "2026-01-01T13:00:00+0100", str(NOON)])
@pytest.mark.parametrize("dot", [".", "_"])
@pytest.mark.parametrize("extra", [{"_path": "conn"}, {"@stream": "conn"}, {}], ids=str)
def test_a_connection_is_read_however_it_is_spelt(tmp_path, ts, dot, extra):
    written = {key.replace("id.", f"id{dot}"): value for key, value in {**FLOW, **extra, "ts": ts}.items()}
    _, tables = read_text(tmp_path, "conn.json", lines(written))
    (row,) = tables[Kind.FLOW].rows(named=True)
    assert row["ts"].timestamp() == NOON
    assert row["seen_at"].timestamp() == NOON + 1.5
    assert (row["src"], row["dst"], row["dst_port"], row["answered"]) == ("192.0.2.10", "192.0.2.20", 445, True)


def test_icmp_keeps_its_type_and_code_where_ports_go(tmp_path):
    ping = {**FLOW, "proto": "icmp", "id.orig_p": 8, "id.resp_p": 0, "conn_state": "OTH", "resp_pkts": 0}
    _, tables = read_text(tmp_path, "conn.json", lines(ping))
    (row,) = tables[Kind.FLOW].rows(named=True)
    assert (row["src_port"], row["dst_port"], row["answered"]) == (8, 0, False)


def test_several_logs_in_one_file_are_told_apart_by_their_lines(tmp_path):
    dns = {"_path": "dns", "ts": NOON + 1, "id.orig_h": "192.0.2.1", "id.resp_h": "192.0.2.2", "query": "A.Example."}
    text = lines({**FLOW, "_path": "conn"}, dns, {"_path": "pe", "ts": 1.0}, {**FLOW, "_path": "conn"})
    reading, tables = read_text(tmp_path, "all.json", text)
    assert tables[Kind.FLOW]["record"].to_list() == [1, 4]
    assert tables[Kind.DNS]["record"].to_list() == [2]
    assert tables[Kind.DNS]["query"].to_list() == ["a.example"]
    assert (reading.sources[0].unused, reading.sources[0].rejected) == (1, 0)


def test_bad_lines_cost_only_themselves(tmp_path):
    good = lines({**FLOW, "_path": "conn"})
    text = good + "{broken\n" + '{"_path":"conn","z":' + "[" * 50_000 + "\n" + good + "x" * (2 << 20) + "\n" + good
    reading, tables = read_text(tmp_path, "conn.json", text)
    assert tables[Kind.FLOW]["record"].to_list() == [1, 4, 6]
    assert reading.sources[0].rejected == 3


def test_other_json_is_left_to_others():
    format_ = ZeekJson()
    for head in (
        b"{}",
        b'{"ts":1}',
        b'{"a":1}\n',
        b'{"timestamp":"x","event_type":"flow"}\n',
        b'{"EventID":1}\n',
        b"[1]\n",
    ):
        assert not format_.recognise(head)
    assert format_.stream_name(lines(FLOW).encode()) == "conn"
