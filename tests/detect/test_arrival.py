import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.arrival import in_order_of_arrival

SCHEMA = {"clock": pl.Int64(), "origin": pl.UInt32(), "record": pl.UInt64(), "name": pl.String()}


def table(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def names(*parts):
    return "".join(in_order_of_arrival(parts)["name"])


def test_records_of_one_moment_come_as_in_the_logs_then_by_part():
    assert (
        names(table((1, 0, 5, "c"), (2, 0, 1, "d")), table((1, 0, 4, "b"), (1, 0, 5, "C"), (1, 1, 0, "e"))) == "bcCed"
    )


def test_a_late_record_stays_behind_the_one_that_it_followed():
    late = table((7, 0, 8, "a"), (7, 0, 2, "l"), (7, 0, 9, "c"))
    assert names(late, table((7, 0, 8, "A"), (7, 0, 10, "d"))) == "alAcd"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 9)), max_size=20))
def test_one_part_keeps_its_order(rows):
    rows = [(clock, origin, record, str(place)) for place, (clock, origin, record) in enumerate(rows)]
    rows = sorted(rows, key=lambda row: row[0])
    assert in_order_of_arrival([table(*rows)])["name"].to_list() == [row[3] for row in rows]


def test_nothing_stays_nothing():
    assert in_order_of_arrival([table(), table()]).is_empty()
