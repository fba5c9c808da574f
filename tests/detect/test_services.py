import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.services import DAY, RareServices

NAMES = ("seq", "clock", "src_key", "dst_key", "dst_port")

calls = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=40)


def table(rows, first=0):
    return pl.DataFrame(
        [
            {"seq": first + i, "clock": day * DAY, "src_key": src, "dst_key": dst, "dst_port": 7}
            for i, (src, dst, day) in enumerate(rows)
        ],
        schema={name: pl.UInt64() if name == "src_key" else pl.Int64() for name in NAMES},
    )


def kept(rows, cut=0):
    rare = RareServices(many=3)
    return [*rare.keep(table(rows[:cut]))["seq"], *rare.keep(table(rows[cut:], cut))["seq"]]


@given(calls, st.data())
def test_the_third_caller_of_the_day_makes_a_service_common_wherever_the_stream_is_cut(rows, data):
    rows = sorted(rows, key=lambda row: row[2])
    expected, callers = [], {}
    for place, (src, dst, day) in enumerate(rows):
        them = callers.setdefault((dst, day), set())
        them.add(src)
        if len(them) < 3:
            expected.append(place)
    assert kept(rows, data.draw(st.integers(0, len(rows)))) == expected


def test_yesterday_is_forgotten():
    rare = RareServices(many=3)
    rare.keep(table([(src, 1, 0) for src in range(9)]))
    rare.keep(table([(1, 1, 1)], 9))
    assert rare.callers.height == 1
