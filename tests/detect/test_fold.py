from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import START, batch, busy_office, findings_of, flow, fold, in_order, intrusion, sweep

from cloison.detect import fold as module
from cloison.model.addressing import AddressBook
from cloison.model.observations import Kind, conform, empty


@settings(max_examples=16, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_findings_do_not_depend_on_where_the_stream_is_cut(seed, data):
    random = Random(seed)
    rows = [*busy_office(random), *intrusion(random)]
    whole = findings_of(rows)
    cuts = data.draw(st.lists(st.integers(0, len(rows)), max_size=12))
    assert findings_of(rows, cuts=cuts) == whole


def test_one_record_at_a_time_gives_the_same_findings():
    rows = intrusion(Random(7))
    whole = findings_of(rows)
    assert whole
    assert findings_of(rows, cuts=range(len(rows))) == whole


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), days=st.integers(-400, 400))
def test_other_addresses_and_another_day_give_the_same_findings(seed, days):
    random = Random(seed)
    rows = [*busy_office(random), *intrusion(random)]
    moved = [{**row, "src": _renamed(row["src"]), "dst": _renamed(row["dst"])} for row in rows]
    here = findings_of(rows)
    there = findings_of(moved, begin=START + timedelta(days=days))
    shape = sorted(
        (one.detector, _renamed(one.sources[0]), one.confidence, one.detected_at + timedelta(days=days)) for one in here
    )
    assert shape == sorted((one.detector, one.sources[0], one.confidence, one.detected_at) for one in there)


def _renamed(address):
    if address.count(".") != 3:  # a machine known by its name
        return address
    first, second, third, last = address.split(".")
    if first == "10":
        return f"172.{16 + int(second)}.{third}.{last}"
    return f"192.0.2.{(int(first) + int(third) + int(last)) % 256}" if first == "198" else f"198.18.{third}.{last}"


def test_several_hands_find_what_one_finds(monkeypatch):
    monkeypatch.setattr(module, "WORTH_SHARING", 1)
    random = Random(11)
    rows = in_order([*busy_office(random), *intrusion(random)])
    whole = findings_of(rows)
    assert whole
    for hands in (2, 5):
        folded = module.start(module.Context(book=AddressBook(None)), hands=hands)
        for first in range(0, len(rows), 400):
            folded.step(batch(rows[first : first + 400]))
            folded.work()
        assert folded.findings() == whole


def test_who_wants_no_repeats_is_given_each_connection_once_a_day():
    given = {}

    def watching(name):
        return lambda tables: given.setdefault(name, []).extend(tables[Kind.FLOW]["record"].to_list())

    folded = module.start(module.Context(book=AddressBook(None)))
    for name in ("scan", "beacon"):
        folded._watches[name] = (folded._watches[name][0], SimpleNamespace(step=watching(name), findings=tuple))
    calls = [flow(hour * 3600, "10.1.0.1", "10.2.0.1", 445) for hour in range(1, 30)]
    for one in in_order(calls):
        folded.step(batch([one]))
        folded.work()
    assert given == {"beacon": list(range(1, 30)), "scan": [1, 24]}


def test_what_goes_wrong_in_other_hands_is_raised(monkeypatch):
    monkeypatch.setattr(module, "WORTH_SHARING", 1)
    folded = module.start(module.Context(book=AddressBook(None)), hands=2)
    monkeypatch.setattr(type(folded._watches["scan"][1]), "step", lambda *_: 1 / 0)
    folded.step(batch(in_order(intrusion(Random(1)))))
    with pytest.raises(ZeroDivisionError):
        folded.findings()


def test_findings_may_be_asked_for_again():
    folded = fold()
    folded.step(batch(in_order(sweep("10.1.0.1"))))
    assert folded.findings() == folded.findings() != ()


def test_findings_come_by_detection_then_id():
    found = findings_of(intrusion(Random(3)))
    assert list(found) == sorted(found, key=lambda one: (one.detected_at, one.id))


def test_detection_lies_between_the_first_and_the_last_act():
    for seed in range(8):
        for one in findings_of(intrusion(Random(seed))):
            assert one.first_seen <= one.detected_at <= one.last_seen
            assert 0 < one.confidence <= 1
            assert 0 < len(one.evidence) <= 20
            assert one.targets == tuple(sorted(one.targets))


def test_nothing_gives_nothing():
    folded = fold()
    folded.step({})
    folded.step({Kind.FLOW: empty(Kind.FLOW)})
    assert folded.findings() == ()


@pytest.mark.parametrize("year", [1970, 2106])
def test_odd_years_are_years_like_others(year):
    begin = datetime(year, 2, 7, tzinfo=UTC)
    (found,) = findings_of(sweep("10.1.0.1"), begin=begin)
    assert found.detected_at.year == year


def test_null_columns_raise_nothing_and_find_nothing():
    rows = [
        flow(i, "10.1.0.1", f"10.2.0.{i}", None, proto=None, answered=None, src_bytes=None, dst_bytes=None)
        for i in range(90)
    ]
    bare = [{**row, "src": None} for row in rows] + [{**row, "dst": None} for row in rows] + rows
    assert findings_of(bare) == ()


def test_a_late_record_does_not_set_the_clock_back():
    rows = in_order(sweep("10.1.0.1", machines=12))
    late = {**rows[0], "seen_at": START - timedelta(days=3), "dst": "10.8.8.8", "record": 99}
    folded = fold()
    folded.step(batch([*rows[:8], late, *rows[8:]]))
    (found,) = folded.findings()
    assert found.detected_at == rows[7]["seen_at"]


def test_many_sources_cost_little():
    count = 20_000
    rows = pl.DataFrame(
        {
            "ts": [START] * count,
            "seen_at": [START] * count,
            "origin": [0] * count,
            "record": range(1, count + 1),
            "src": [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}" for i in range(count)],
            "dst": ["10.200.0.1"] * count,
            "dst_port": [445] * count,
            "proto": ["tcp"] * count,
            "answered": [i % 2 == 0 for i in range(count)],
        },
    )
    folded = fold()
    folded.step({Kind.FLOW: conform(Kind.FLOW, rows)})
    assert folded.findings() == ()


def test_late_rows_are_judged_and_counted():
    rows = in_order(sweep("10.1.0.1", machines=40))
    late = [*rows[:10], *rows[12:], *rows[10:12]]
    folded = fold()
    folded.step(batch(late))
    assert folded.findings()[0].targets == tuple(sorted(row["dst"] for row in rows))
    assert folded.late == 2


def test_a_watch_with_nothing_to_look_for_is_left_out():
    class Idle:
        name, reads = "idle", {Kind.FLOW: ()}

        def watch(self, _context):
            return None

    folded = fold(Idle())
    folded.step(batch(in_order(sweep("10.1.0.1"))))
    assert folded.findings() == ()
