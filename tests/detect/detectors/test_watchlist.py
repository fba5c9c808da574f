from itertools import pairwise
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import HOUR, batch, busy_office, flow, in_order

from cloison.detect.detector import Context
from cloison.detect.detectors.watchlist import DETECTOR
from cloison.detect.fold import restore, start
from cloison.detect.partition import Team
from cloison.model.addressing import AddressBook
from cloison.model.indicator import read_indicator, read_pattern
from cloison.model.observations import SCHEMAS, Kind, conform

BAD = "203.0.113.9"


def context(*texts):
    return Context(book=AddressBook(None), watchlist=tuple(read_indicator(text) for text in texts))


def rows_of(kind, **columns):
    (row,) = in_order([{"at": 5.0, "src": "10.1.0.1", "dst": "10.2.0.1", **columns}])
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMAS[kind]}], schema=dict(SCHEMAS[kind]))
    return {kind: conform(kind, frame)}


def found(batches, *texts):
    fold = start(context(*texts), [DETECTOR])
    for one in batches:
        fold.step(one)
    return fold.findings()


def test_fires_on_a_call_to_a_listed_network():
    (finding,) = found([batch(in_order([flow(i, "10.1.0.1", BAD) for i in range(3)]))], "203.0.113.0/24")
    assert finding.sources == ("10.1.0.1",)
    assert finding.targets == (BAD,)
    assert (finding.technique, finding.confidence, len(finding.evidence)) == ("T1071", 0.8, 3)


def test_fires_on_a_call_from_a_listed_address():
    (finding,) = found([batch(in_order([flow(0, BAD, "10.1.0.1")]))], BAD)
    assert (finding.sources, finding.targets) == ((BAD,), ("10.1.0.1",))


@pytest.mark.parametrize(
    ("kind", "columns", "text", "technique"),
    [
        (Kind.DNS, {"query": "a.b.evil.example"}, "evil.example", "T1071"),
        (Kind.HTTP, {"host": "evil.example"}, "evil.example", "T1071"),
        (Kind.TLS, {"server_name": "x.evil.example"}, "evil.example", "T1071"),
        (Kind.TLS, {"ja3": "a" * 32}, "a" * 32, "T1071"),
        (Kind.TLS, {"ja4": "t13d1516h2_8daaf6152771_b186095e22b6"}, "t13d1516h2_8daaf6152771_b186095e22b6", "T1071"),
        (Kind.FILE, {"sha256": "b" * 64}, "B" * 64, "T1105"),
        (Kind.LOGON, {"user": "jdupont"}, r"DOMAINE\jdupont", "T1078"),
    ],
)
def test_fires_on_each_sort_of_name(kind, columns, text, technique):
    (finding,) = found([rows_of(kind, **columns)], text)
    assert finding.technique == technique
    assert finding.sources == ("10.1.0.1",)


def test_fires_with_less_trust_on_a_pattern():
    fold = start(Context(book=AddressBook(None), watchlist=(read_pattern("*.evil.*"),)), [DETECTOR])
    fold.step(rows_of(Kind.DNS, query="x.evil.example"))
    assert fold.findings()[0].confidence == 0.5


@pytest.mark.parametrize("query", ["evil.example.org", "notevil.example", "example"])
def test_quiet_on_names_that_only_look_alike(query):
    assert found([rows_of(Kind.DNS, query=query)], "evil.example") == ()


def test_quiet_without_a_list():
    assert DETECTOR.watch(Context(book=AddressBook(None))) is None


def test_a_list_with_patterns_survives_a_restart_and_a_longer_one_is_heard():
    known = Context(book=AddressBook(None), watchlist=(read_pattern("*.evil.*"),))
    fold = start(known, [DETECTOR])
    fold.step(batch(in_order([flow(0, "10.1.0.1", BAD)])))
    again = restore(fold.save(), context(BAD), [DETECTOR])
    again.step(batch(in_order([flow(9, "10.1.0.1", BAD)])))
    assert len(again.findings()) == 1


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_cuts_restarts_and_workers_change_nothing(seed, data):
    random = Random(seed)
    rows = in_order([*busy_office(random), *(flow(random.random() * 60 * HOUR, "10.1.0.1", BAD) for _ in range(9))])
    known = context("198.51.100.0/30", BAD)
    whole = start(known, [DETECTOR])
    whole.step(batch(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=5)))
    fold, team = start(known, [DETECTOR]), Team(known, 3, [DETECTOR])
    for first, last in pairwise([0, *cuts, len(rows)]):
        fold.step(batch(rows[first:last]))
        team.step(batch(rows[first:last]))
        fold = restore(fold.save(), known, [DETECTOR])
    assert fold.findings() == team.findings() == whole.findings() != ()
