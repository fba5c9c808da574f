"""The census holds the same totals however the traffic is cut."""

from collections import Counter
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chart.traffic import Talk, census_of, flow_rows, other_rows, talk

from cloison.chart.census import EDGE_SCHEMA, FIRST_DYNAMIC, is_private, resume, start
from cloison.model.addressing import AddressBook
from cloison.model.observations import Kind

hosts = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.1.1", "203.0.113.9", "fd00::1"])
talks = st.builds(
    Talk,
    src=hosts,
    dst=hosts,
    service=st.sampled_from(["tcp/445", "tcp/50000", "tcp/60000", "udp/53", "icmp"]),
    at=st.integers(0, 100).map(float),
    times=st.integers(1, 3),
    answered=st.sampled_from([True, False, None]),
    vlan=st.sampled_from([None, 10]),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(talks, min_size=1, max_size=12), st.lists(st.integers(0, 40), max_size=5), st.sampled_from([3, 1000]))
def test_cutting_traffic_anywhere_gives_the_same_census(spoken, cuts, room):
    frame = flow_rows(spoken)
    whole, pieces = (start(AddressBook(None), edges_kept=room) for _ in range(2))
    whole.add({Kind.FLOW: frame})
    places = sorted({0, frame.height, *(place % frame.height for place in cuts)})
    for begin, end in pairwise(places):
        pieces.add({Kind.FLOW: frame[begin:end]})
    assert whole.edges().equals(pieces.edges())
    assert whole.dropped() == pieces.dropped()
    assert whole.records() == frame.height


@settings(deadline=None)
@given(st.lists(talks, min_size=1, max_size=12))
def test_every_record_and_byte_is_counted_once(spoken):
    edges = census_of(*spoken).edges()
    assert edges["records"].sum() == sum(one.times for one in spoken)
    assert edges["sent"].sum() == sum(one.times * one.sent for one in spoken)
    asked = Counter()
    for one in spoken:
        asked[one.src, one.dst, one.answered] += one.times
    found = edges.group_by("src", "dst", "answered").agg(pl.col("records").sum())
    assert {(src, dst, answered): n for src, dst, answered, n in found.iter_rows()} == dict(asked)


def test_dynamic_ports_are_one_exchange_that_remembers_its_range():
    edges = census_of(talk("10.0.0.1", "10.0.0.2", "tcp/49700"), talk("10.0.0.1", "10.0.0.2", "tcp/60001")).edges()
    assert edges.select("dst_port", "low", "high", "records").rows() == [(FIRST_DYNAMIC, 49700, 60001, 2)]


def test_a_protocol_without_ports_has_none():
    edges = census_of(talk("10.0.0.1", "10.0.0.2", "icmp")).edges()
    assert edges.select("proto", "dst_port", "low").rows() == [("icmp", None, None)]


def test_the_evidence_is_the_earliest_record():
    edges = census_of(talk("10.0.0.1", "10.0.0.2", at=50), talk("10.0.0.1", "10.0.0.2", at=10, times=3)).edges()
    assert edges.select("record", "records").rows() == [(1, 4)]


def test_without_room_answered_exchanges_of_the_hospital_stay_and_the_rest_is_counted():
    census = start(AddressBook(None), edges_kept=1)
    spoken = [
        talk("10.0.0.1", "203.0.113.9", "tcp/443", at=0, times=2),
        talk("10.0.0.1", "10.0.0.3", at=5, answered=False, times=4),
        talk("10.0.0.1", "10.0.0.2", at=20),
    ]
    census.add({Kind.FLOW: flow_rows(spoken)})
    assert census.edges()["dst"].to_list() == ["10.0.0.2"]
    assert census.dropped() == 6


def test_an_empty_census_has_its_columns():
    census = census_of()
    assert census.edges().schema == pl.Schema(EDGE_SCHEMA)
    assert census.names().is_empty()
    assert census.traits().is_empty()
    assert census.records() == census.dropped() == 0


def test_names_of_foreign_addresses_are_not_kept():
    answers = other_rows(
        Kind.DNS,
        {"query": "pacs.hopital.example", "query_type": "A", "answers": ["10.0.0.9"]},
        {"query": "www.example.org", "query_type": "A", "answers": ["203.0.113.9"]},
    )
    names = census_of(also={Kind.DNS: answers}).names()
    assert names.select("address", "name", "how").rows() == [("10.0.0.9", "pacs.hopital.example", "dns")]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.255.0.1", True),
        ("172.15.0.1", False),
        ("172.31.0.1", True),
        ("192.168.0.1", True),
        ("100.64.0.1", True),
        ("100.128.0.1", False),
        ("203.0.113.1", False),
        ("fd00::1", True),
        ("fe80::1", True),
        ("2001:db8::1", False),
        ("110.0.0.1", False),
    ],
)
def test_private_addresses_are_told_by_their_text(address, expected):
    assert pl.DataFrame({"a": [address]}).select(is_private(pl.col("a"))).item() is expected


@settings(max_examples=30, deadline=None)
@given(st.lists(talks, min_size=1, max_size=12))
def test_a_census_taken_up_again_holds_the_same_exchanges(spoken):
    census = census_of(*spoken)
    again = resume(AddressBook(None), census.edges())
    assert again.edges().equals(census.edges())
    assert again.records() == census.records()
