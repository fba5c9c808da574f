from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect import repeats
from cloison.detect.firsts import DAY
from cloison.detect.repeats import Repeats

CALLS = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(1, 2), st.integers(3, 4), st.sampled_from([53, 445]),
        st.sampled_from(["tcp", "udp", None]), st.sampled_from([True, False, None]), st.sampled_from([0, 5, 6, None]),
        st.sampled_from([53, 40_000, 50_000, None]),
    ),
    min_size=1, max_size=60,
)  # fmt: skip
NAMES = ("hours", "src_key", "dst_key", "dst_port", "proto", "answered", "dst_bytes", "src_port")


def table(calls):
    rows = pl.DataFrame(calls, schema=dict.fromkeys(NAMES), orient="row", infer_schema_length=None)
    types = {"src_key": pl.UInt64(), "dst_key": pl.UInt64(), "proto": pl.String(), "answered": pl.Boolean()}
    numbers = {"dst_port": pl.UInt16(), "dst_bytes": pl.UInt64(), "src_port": pl.UInt16()}
    return rows.cast({**types, **numbers}).with_columns(clock=pl.col("hours").cum_sum() * DAY // 24)


def marks(rows, cuts):
    marking = Repeats()
    edges = [0, *sorted(min(cut, rows.height) for cut in cuts), rows.height]
    parts = [rows.slice(first, last - first) for first, last in pairwise(edges) if last > first]
    return pl.concat(marking.mark(part) for part in parts)


@given(calls=CALLS, cuts=st.lists(st.integers(0, 60), max_size=4))
def test_the_first_of_each_sort_and_day_is_new_wherever_the_stream_is_cut(calls, cuts):
    marked = marks(table(calls), cuts)
    seen, expected = set(), []
    for row in marked.iter_rows(named=True):
        port = row["src_port"]
        sort = (
            row["clock"] // DAY, row["src_key"], row["dst_key"], row["dst_port"], row["proto"], row["answered"],
            None if row["dst_bytes"] is None else row["dst_bytes"] > 0, "high" if port is None or port > 8_191 else port,
        )  # fmt: skip
        expected.append(sort not in seen)
        seen.add(sort)
    assert marked["new_today"].to_list() == expected


def test_beyond_the_limit_everything_is_said_to_be_new(monkeypatch):
    monkeypatch.setattr(repeats, "LIMIT", 1)
    call = (0, 1, 3, 445, "tcp", True, 5, 40_000)
    other = (0, 2, 3, 445, "tcp", True, 5, 40_000)
    again = marks(table([call, call, other, call, other, other]), cuts=[1, 3, 4, 5])
    assert again["new_today"].to_list() == [True, False, True, False, True, True]
