"""How two sights of one entry join."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.chart.merge import join
from cloison.model.hospital import Learned

START = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def sights(draw):
    first = draw(st.integers(0, 50))
    last = first + draw(st.integers(0, 20))
    return Learned(
        first=START + timedelta(hours=first),
        last=START + timedelta(hours=last),
        records=draw(st.integers(1, 100)),
        bytes_=draw(st.integers(0, 100)),
        because=(draw(st.sampled_from("abc")),),
    )


@settings(deadline=None)
@given(sights(), sights())
def test_joining_the_same_sight_again_changes_nothing(before, now):
    once = join(before, now)
    assert join(once, now) == once
    assert join(once, before) == once
    assert join(now, now) == now
    assert join(None, now) == now


@settings(deadline=None)
@given(sights(), sights())
def test_a_join_holds_both(before, now):
    joined = join(before, now)
    assert joined.first == min(before.first, now.first)
    assert joined.last == max(before.last, now.last)
    assert max(before.records, now.records) <= joined.records <= before.records + now.records


def test_sights_that_are_apart_add_up():
    monday = Learned(first=START, last=START, records=3, bytes_=30)
    tuesday = Learned(first=START + timedelta(days=1), last=START + timedelta(days=1), records=2, bytes_=20)
    joined = join(monday, tuesday)
    assert (joined.records, joined.bytes_) == (5, 50)
