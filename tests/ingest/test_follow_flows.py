import polars as pl
from tests.ingest.packets import five_tuple, flow_set, template, v5, v9

from cloison.detect.state import dump, load
from cloison.ingest.follow_flows import FlowSpool
from cloison.ingest.listen_spool import Spool, segments

SENDER = bytes(10) + b"\xff\xff" + bytes([192, 0, 2, 1])


def written(folder, *sent, now=0.0):
    spool = Spool(folder)
    for one in sent:
        spool.add("flows-", len(one).to_bytes(4, "big") + SENDER + one, now)
    spool.close()


def v5_of(count, first=0):
    return v5([("10.0.0.1", 50_000 + first + i, "10.0.0.2", 443, 6, 1, 100, 2, 1000, 2000) for i in range(count)])


def rows(spool):
    return [row for _, _, _, table in spool.read(10**6) for row in table.select("record", "src_port").rows()]


def test_what_is_written_is_read_once_across_segments_and_restarts(tmp_path):
    written(tmp_path, v5_of(3), v5_of(2, 3))
    spool = FlowSpool(tmp_path, "netflow 127.0.0.1:2055")
    assert rows(spool) == [(i + 1, 50_000 + i) for i in range(5)]
    assert rows(spool) == []
    again = FlowSpool(tmp_path, "netflow 127.0.0.1:2055")
    again.take_up(load(dump(spool.save(), {}), {}, {}))
    written(tmp_path, v5_of(2, 5))
    assert again.behind() > 0
    assert rows(again) == [(6, 50_005), (7, 50_006)]
    assert again.behind() == 0
    again.forget_read()
    assert len(segments(tmp_path, "flows-")) == 1


def test_a_datagram_that_is_not_wholly_written_waits(tmp_path):
    written(tmp_path, v5_of(1), v5_of(1, 1))
    ((name, size),) = segments(tmp_path, "flows-")
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: size - 10])
    spool = FlowSpool(tmp_path, "x")
    assert len(rows(spool)) == 1
    (tmp_path / name).write_bytes(whole)
    assert len(rows(spool)) == 1


def test_templates_live_on_after_a_restart(tmp_path):
    fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1)]
    written(tmp_path, v9(flow_set(0, template(300, *fields))))
    spool = FlowSpool(tmp_path, "x")
    assert rows(spool) == []
    again = FlowSpool(tmp_path, "x")
    again.take_up(load(dump(spool.save(), {}), {}, {}))
    written(tmp_path, v9(flow_set(300, five_tuple())))
    assert len(rows(again)) == 1


def test_the_two_halves_of_a_conversation_are_one_flow(tmp_path):
    there = ("10.0.0.1", 50_000, "10.0.0.2", 443, 6, 1, 100, 2, 1000, 2000)
    back = ("10.0.0.2", 443, "10.0.0.1", 50_000, 6, 1, 900, 18, 1001, 2000)
    written(tmp_path, v5([there, back]))
    ((_, _, _, table),) = FlowSpool(tmp_path, "x").read(100)
    assert table.select("src", "dst", "src_bytes", "dst_bytes").rows() == [("10.0.0.1", "10.0.0.2", 100, 900)]
    assert table["seen_at"].dtype == pl.Datetime("us", "UTC")
