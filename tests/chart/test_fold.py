"""Totals by key do not depend on the cuts, and never outgrow their room."""

from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.chart.fold import Fold, no_rank
from cloison.model.observations import TIME

KEY = {"who": pl.String()}


def fold(cap=1000, rank=no_rank):
    return Fold(KEY, {"records": pl.col("records").sum()}, cap=cap, rank=rank)


def rows(names):
    return pl.DataFrame(
        {
            "who": names,
            "records": [1] * len(names),
            "seen_at": pl.Series(range(len(names)), dtype=pl.Int64).cast(TIME),
            "origin": [0] * len(names),
            "record": list(range(1, len(names) + 1)),
        },
        schema_overrides={"who": pl.String(), "records": pl.UInt64(), "origin": pl.UInt32(), "record": pl.UInt64()},
    )


def cut(frame, cuts):
    edges = sorted({0, frame.height, *(place % (frame.height + 1) for place in cuts)})
    return [frame[begin:end] for begin, end in pairwise(edges)]


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.lists(st.integers(0, 60)), st.integers(1, 9))
def test_cuts_change_nothing_even_when_there_is_no_room(names, cuts, cap):
    whole, pieces = fold(cap, prefer_vowels), fold(cap, prefer_vowels)
    frame = rows(names)
    whole.add(frame)
    for piece in cut(frame, cuts):
        pieces.add(piece)
    assert whole.records == pieces.records == len(names)
    assert whole.dropped() == pieces.dropped()
    if names:
        assert whole.table().equals(pieces.table())


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60), st.integers(1, 9))
def test_what_is_kept_is_whole_and_what_is_not_is_counted(names, cap):
    folded = fold(cap)
    for piece in cut(rows(names), range(0, 60, 7)):
        folded.add(piece)
    table = folded.table()
    assert table.height == min(cap, len(set(names)))
    assert all(names.count(who) == records for who, records in table.select("who", "records").iter_rows())
    assert folded.dropped() == len(names) - table["records"].sum()
    assert table["who"].to_list() == list(dict.fromkeys(names))[:cap]


def test_an_empty_fold_has_no_table():
    folded = fold()
    folded.add(rows([]))
    assert folded.table() is None
    assert folded.dropped() == 0


def prefer_vowels(frame):
    return frame.select(pl.when(pl.col("who").is_in(["a", "e"])).then(0).otherwise(1).cast(pl.Int8)).to_series()
