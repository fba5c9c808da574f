import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import batch, flow, fold, in_order, logon

from cloison.detect.detectors.guessing import DETECTOR
from cloison.detect.doors import Doors, Sessions

DOORS = Doors(need=5, window=60_000_000, alike=1.5)


class _Keeper:
    """Lets the fold prepare tables, and asks at each step."""

    name, key, reads = "keeper", "src", DETECTOR.reads

    def __init__(self, sessions):
        self.sessions, self.found = sessions, []

    def watch(self, _):
        return self

    def step(self, tables):
        found = self.sessions.take(tables)
        if found is not None:
            self.found += found["record"].to_list()

    def findings(self):
        return []


def bursts(rows, *, people=True, cuts=()):
    keeper = _Keeper(Sessions(DOORS, people=people))
    folded, ordered = fold(keeper), in_order(rows)
    for first, last in zip([0, *cuts], [*cuts, len(ordered)], strict=True):
        folded.step(batch(ordered[first:last]))
        folded.findings()
    return keeper.found


def sessions(count, *, port=22, every=1.0, size=2000, **more):
    return [flow(i * every, "10.1.0.1", "10.2.0.1", port, src_bytes=size, dst_bytes=1800, **more) for i in range(count)]


def test_the_session_that_makes_enough_and_those_after_it_complete_a_burst():
    assert bursts(sessions(7)) == [5, 6, 7]


@pytest.mark.parametrize(
    "rows",
    [
        sessions(4),
        sessions(20, every=20.0),
        sessions(20, size=200),
        sessions(20, size=50_000),
        sessions(20, answered=False),
        sessions(20, port=443),
        [row | {"src_bytes": 600 * 2**i} for i, row in enumerate(sessions(20)) if i < 5],
    ],
    ids=["few", "slow", "no keys", "long", "unanswered", "web", "unlike"],
)
def test_other_sessions_are_no_burst(rows):
    assert bursts(rows) == []


def test_a_protocol_that_the_sensor_names_counts_on_any_port():
    assert bursts(sessions(5, port=902, service="ssh")) == [5]


def test_files_and_shares_are_asked_apart():
    assert bursts(sessions(5, port=445)) == []
    assert bursts(sessions(5, port=445), people=False) == [5]


def test_logons_without_result_are_sessions_too():
    rows = [logon(i, "10.1.0.1", "10.2.0.1", None, success=None, protocol="rdp") for i in range(5)]
    assert bursts(rows) == [5]
    assert bursts([row | {"success": True} for row in rows]) == []


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.sampled_from([0.5, 9.0, 30.0]), min_size=6, max_size=40),
    data=st.data(),
)
def test_bursts_do_not_depend_on_where_the_stream_is_cut(gaps, data):
    times = [sum(gaps[:i]) for i in range(len(gaps))]
    rows = [
        flow(at, f"10.1.0.{i % 2}", "10.2.0.1", 22, src_bytes=1500 + 400 * (i % 3), dst_bytes=900)
        for i, at in enumerate(times)
    ]
    cuts = sorted(data.draw(st.lists(st.integers(1, len(rows) - 1), unique=True, max_size=5)))
    assert bursts(rows, cuts=cuts) == bursts(rows)


def test_memory_holds_one_window_only():
    keeper = _Keeper(Sessions(DOORS, people=True))
    folded = fold(keeper)
    folded.step(batch(in_order(sessions(500, every=30.0))))
    folded.findings()
    assert isinstance(keeper.sessions._recent, pl.DataFrame)
    assert keeper.sessions._recent.height <= 3
