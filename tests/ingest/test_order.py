from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.order import ALWAYS, NEVER, Piece, Reorder, merge
from cloison.model.observations import SCHEMAS, Kind, empty

START = datetime(2026, 1, 1, tzinfo=UTC)
MICRO = int(START.timestamp() * 1e6)


def table(kind, times, records):
    moments = [START + timedelta(microseconds=time) for time in times]
    columns = {"ts": moments, "seen_at": moments, "record": records}
    schema = {name: dtype for name, dtype in SCHEMAS[kind].items() if name != "origin"}
    return pl.DataFrame({name: columns.get(name, [None] * len(times)) for name in schema}, schema=schema)


def plain_keys(times, reach):
    """The rule as it is written, record by record."""
    return [max(time, max(times[: max(i - reach + 1, 0)], default=time)) for i, time in enumerate(times)]


def cut(values, sizes):
    parts, at = [], 0
    for size in sizes:
        parts.append(values[at : at + size])
        at += size
    parts.append(values[at:])
    return [part for part in parts if part]


@given(
    st.lists(st.integers(0, 50), max_size=60),
    st.integers(1, 12),
    st.lists(st.integers(1, 9), max_size=12),
)
def test_keys_follow_the_rule_and_rows_come_out_in_their_order_whatever_the_pieces(times, reach, sizes):
    buffer = Reorder(reach)
    out = []
    frontiers = [buffer.frontier]
    for part in cut(list(enumerate(times, 1)), sizes):
        buffer.add([(Kind.FLOW, table(Kind.FLOW, [time for _, time in part], [record for record, _ in part]))])
        frontiers.append(buffer.frontier)
        out += merge((0, piece) for piece in buffer.take(buffer.frontier)).values()
    buffer.close()
    out += merge((0, piece) for piece in buffer.take(buffer.frontier)).values()
    keys = plain_keys(times, reach)
    expected = sorted((key, record) for record, key in enumerate(keys, 1))
    rows = pl.concat([empty(Kind.FLOW), *out])
    got = [
        (int(seen) - MICRO, record) for seen, record in zip(rows["seen_at"].to_physical(), rows["record"], strict=True)
    ]
    assert got == expected
    assert frontiers == sorted(frontiers)
    assert buffer.late == sum(key > time for key, time in zip(keys, times, strict=True))
    assert buffer.held() == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40), st.integers(1, 8))
def test_kinds_that_interleave_are_ordered_by_record_before_the_rule(events, reach):
    numbered = [(record, time, Kind.DNS if dns else Kind.FLOW) for record, (time, dns) in enumerate(events, 1)]
    buffer = Reorder(reach)
    kinds = {
        kind: [(time, record) for record, time, other in numbered if other is kind] for kind in (Kind.DNS, Kind.FLOW)
    }
    buffer.add([(kind, table(kind, *zip(*rows, strict=True))) for kind, rows in kinds.items() if rows])
    keys = plain_keys([time for time, _ in events], reach)
    got = {
        (piece.kind, int(record)): int(key) - MICRO
        for piece in buffer.take(NEVER)
        for record, key in zip(piece.rows["record"], piece.keys, strict=True)
    }
    assert got == {(kind, record): key for (record, _, kind), key in zip(numbered, keys, strict=True)}


def test_the_truth_stays_in_ts_when_a_record_is_moved():
    buffer = Reorder(1)
    buffer.add([(Kind.FLOW, table(Kind.FLOW, [100, 5], [1, 2]))])
    rows = buffer.take(NEVER)[0].rows
    assert [int(time) - MICRO for time in rows["ts"].to_physical()] == [100, 5]
    assert [int(time) - MICRO for time in rows["seen_at"].to_physical()] == [100, 100]
    assert buffer.late == 1


def test_an_empty_buffer_promises_nothing_until_it_is_closed():
    buffer = Reorder(4)
    assert (buffer.frontier, buffer.floor()) == (ALWAYS, ALWAYS)
    buffer.close()
    assert (buffer.frontier, buffer.floor()) == (NEVER, NEVER)


def test_files_are_merged_by_time_then_file_then_place():
    pieces = []
    for origin, times in ((0, [5, 7]), (2, [5, 6])):
        buffer = Reorder(10)
        buffer.add([(Kind.FLOW, table(Kind.FLOW, times, [1, 2]))])
        pieces += [(origin, piece) for piece in buffer.take(NEVER)]
    rows = merge(pieces)[Kind.FLOW]
    assert rows.schema == pl.Schema(SCHEMAS[Kind.FLOW])
    assert list(zip(rows["origin"], rows["record"], strict=True)) == [(0, 1), (2, 1), (2, 2), (0, 2)]
    assert all(isinstance(piece, Piece) for _, piece in pieces)
