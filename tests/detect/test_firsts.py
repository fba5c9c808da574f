from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.firsts import DAY, Firsts


def table(seen):
    """(hours between records, number) pairs as rows."""
    clock, rows = 0, []
    for hours, key in seen:
        clock += hours * DAY // 24
        rows.append((key, clock))
    return pl.DataFrame(rows, schema={"key": pl.UInt64(), "clock": pl.Int64()}, orient="row")


def test_a_number_is_new_once_then_again_after_the_days():
    fresh = Firsts(days=2, limit=9).new(table([(0, 1), (1, 1), (24, 1), (24 * 4, 1)]))
    assert [clock // DAY for clock in fresh["clock"]] == [0, 5]


def test_beyond_the_limit_new_ones_are_left_out_until_old_ones_are_forgotten():
    firsts = Firsts(days=1, limit=2)
    assert firsts.new(table([(0, 1), (1, 2), (1, 3), (24 * 3, 3)]))["key"].to_list() == [1, 2, 3]
    assert firsts.count == 1


@given(
    seen=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)), min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
    limit=st.integers(1, 9),
)
def test_it_does_not_matter_how_the_rows_come(seen, cuts, limit):
    rows = table(seen)
    whole = Firsts(days=2, limit=limit).new(rows)
    firsts = Firsts(days=2, limit=limit)
    edges = [0, *sorted(min(cut, rows.height) for cut in cuts), rows.height]
    parts = [firsts.new(rows.slice(first, last - first)) for first, last in pairwise(edges)]
    assert pl.concat(parts).rows() == whole.rows()
    assert firsts.count <= limit


def test_a_late_record_of_another_kind_counts_on_the_present_day():
    firsts = Firsts(days=1, limit=9)
    firsts.new(table([(48, 1)]))
    assert firsts.new(table([(1, 1), (1, 2)]))["key"].to_list() == [2]
    assert firsts.new(table([(49, 1), (1, 2)])).is_empty()
