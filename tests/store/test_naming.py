import polars as pl
import pytest
from tests.detect.traffic import in_order

from cloison.model.observations import SCHEMAS, Kind, conform
from cloison.store.naming import LONGEST, names_in


def rows_of(kind, *rows):
    made = in_order({"at": float(place), **row} for place, row in enumerate(rows))
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMAS[kind]} for row in made], schema=dict(SCHEMAS[kind]))
    return {kind: conform(kind, frame)}


@pytest.mark.parametrize(
    ("kind", "columns", "sort", "name"),
    [
        (Kind.DNS, {"query": "A.Example"}, "site", "a.example"),
        (Kind.HTTP, {"user_agent": "curl/8"}, "agent", "curl/8"),
        (Kind.TLS, {"server_name": "b.example"}, "site", "b.example"),
        (Kind.TLS, {"ja4": "t13d"}, "ja4", "t13d"),
        (Kind.FILE, {"sha1": "c" * 40}, "hash", "c" * 40),
        (Kind.LOGON, {"user": "JDupont"}, "user", "jdupont"),
        (Kind.DHCP, {"host_name": "PC-12", "assigned": "10.1.0.9"}, "host", "pc-12"),
        (Kind.EVENT, {"computer": "PC-12", "data": '{"Hashes":"SHA1=' + "D" * 40 + '"}'}, "hash", "d" * 40),
    ],
)
def test_each_name_is_kept_with_its_sort(kind, columns, sort, name):
    (row,) = names_in(rows_of(kind, {"src": "10.1.0.1", **columns})).iter_rows(named=True)
    assert (row["sort"], row["name"], row["records"]) == (sort, name, 1)


def test_a_name_is_counted_by_who_said_it():
    rows = names_in(rows_of(Kind.DNS, *({"src": f"10.1.0.{i % 2}", "query": "a.example"} for i in range(6))))
    assert sorted(rows["records"]) == [3, 3]


def test_a_name_of_sixty_kilobytes_is_cut():
    assert names_in(rows_of(Kind.DNS, {"src": "10.1.0.1", "query": "x" * 60_000}))["name"].str.len_chars()[0] == LONGEST


def test_flows_name_nothing():
    assert names_in({}).is_empty()
