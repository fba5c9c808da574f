from datetime import UTC, datetime, timedelta

import pytest
from tests.detect.traffic import HOUR, START, batch, flow, in_order
from tests.store.test_naming import rows_of

from cloison.model.indicator import read_indicator, read_pattern
from cloison.model.observations import Kind
from cloison.store.history import History, Keeping
from cloison.store.lookback import HITS, look_back

BAD = "203.0.113.9"


@pytest.fixture
def kept(tmp_path):
    history = History(tmp_path, Keeping(), now=datetime(2026, 4, 1, tzinfo=UTC))
    history.add(batch(in_order([flow(HOUR * i, "10.1.0.1", BAD, 443 + i % 2) for i in range(5)])))
    history.add(batch(in_order([flow(HOUR, "10.1.0.2", "10.2.0.1", 445)])))
    history.add(rows_of(Kind.DNS, {"src": "10.1.0.1", "dst": "10.2.0.9", "query": "x.evil.example"}))
    history.add(rows_of(Kind.LOGON, {"src": "10.1.0.3", "dst": "10.2.0.1", "user": "jdupont"}))
    history.close()
    return tmp_path


def test_an_address_is_found_with_who_met_it_when_and_how_often(kept):
    (hit,) = look_back(kept, [read_indicator(BAD)]).hits
    assert (hit.src, hit.dst, hit.records) == ("10.1.0.1", BAD, 5)
    assert hit.services == ("tcp/443", "tcp/444")
    assert (hit.first, hit.last) == (START, START + timedelta(hours=4))


def test_a_network_finds_its_addresses(kept):
    found = look_back(kept, [read_indicator("10.2.0.0/16")])
    assert {(hit.src, hit.dst) for hit in found.hits} == {("10.1.0.2", "10.2.0.1")}


@pytest.mark.parametrize(("text", "sort"), [("evil.example", "site"), ("jdupont", "user")])
def test_a_name_is_found(kept, text, sort):
    (hit,) = look_back(kept, [read_indicator(text)]).hits
    assert hit.sort == sort


def test_a_pattern_finds_names_and_addresses(kept):
    assert {hit.sort for hit in look_back(kept, [read_pattern("*1*3*"), read_pattern("*.evil.*")]).hits} == {
        "address",
        "site",
    }


def test_only_the_hours_asked_for_are_looked_at(kept):
    found = look_back(kept, [read_indicator(BAD)], since=START + timedelta(hours=1), until=START + timedelta(hours=2))
    assert (found.hits[0].records, found.hours) == (2, 2)
    assert found.since == START + timedelta(hours=1)


def test_what_an_attacker_writes_in_a_name_stays_a_name(tmp_path):
    name = "x'; drop table kept; --.evil.example"
    history = History(tmp_path, Keeping(), now=datetime(2026, 4, 1, tzinfo=UTC))
    history.add(rows_of(Kind.DNS, {"src": "10.1.0.1", "query": name}))
    history.close()
    assert look_back(tmp_path, [read_indicator("evil.example")]).hits[0].name == name


def test_a_spoiled_hour_is_named_and_the_others_are_searched(kept):
    path = min(kept.glob("exchanges/*.parquet"))
    path.write_bytes(path.read_bytes()[:-20])
    found = look_back(kept, [read_indicator(BAD)])
    assert found.spoiled == (str(path),)
    assert found.hits[0].records == 4


def test_many_hits_are_counted_and_the_first_told(tmp_path):
    history = History(tmp_path, Keeping(), now=datetime(2026, 4, 1, tzinfo=UTC))
    history.add(batch(in_order([flow(i, f"10.{i // 200}.0.{i % 200}", BAD) for i in range(HITS + 50)])))
    history.close()
    found = look_back(tmp_path, [read_indicator(BAD)])
    assert (len(found.hits), found.found) == (HITS, HITS + 50)


def test_nothing_kept_is_no_hour(tmp_path):
    assert look_back(tmp_path, [read_indicator(BAD)]).hours == 0
