from random import Random
from statistics import median, quantiles

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.detect.rhythm import KEPT, SPARE, Calls

SECOND = 1_000_000
DAY = 86_400 * SECOND


def table(calls):
    """(pair, second) in order."""
    return pl.DataFrame(
        {
            "pair": pl.Series([pair for pair, _ in calls], dtype=pl.UInt64()),
            "second": pl.Series([second for _, second in calls], dtype=pl.Int64()),
            "clock": pl.Series([second * SECOND for _, second in calls], dtype=pl.Int64()),
            "src_bytes": pl.Series([100] * len(calls), dtype=pl.UInt64()),
            "origin": pl.Series([0] * len(calls), dtype=pl.UInt32()),
            "record": pl.Series(range(1, len(calls) + 1), dtype=pl.UInt64()),
        }
    )


def counted_plainly(calls):
    """The same in plain Python, one call after the other."""
    state, found = {}, []
    for record, (pair, second) in enumerate(calls, start=1):
        past = state.get(pair)
        if past is not None and past["second"] == second:
            continue
        clock = second * SECOND
        place = past["place"] + 1 if past else 1
        start = past["start"] if past and clock - past["clock"] <= DAY else place
        born = past["born"] if past and clock - past["clock"] <= 14 * DAY else clock
        state[pair] = {"second": second, "clock": clock, "place": place, "start": start, "born": born}
        found.append((record, place - start, born))
    return found


@settings(max_examples=60)
@given(st.data())
def test_counting_follows_the_plain_definition_wherever_it_is_cut(data):
    steps = data.draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 60, 86_400, 90_000, 1_300_000]))))
    now, calls = 0, []
    for pair, step in steps:
        now += step
        calls.append((pair, now))
    cut = data.draw(st.integers(0, len(calls)))
    whole = table(calls)
    kept = Calls(silence=DAY, memory=14 * DAY)
    found = []
    for part in (whole.head(cut), whole.slice(cut)):
        if part.height:
            counted = kept.count(part)
            kept.keep(counted)
            found += [
                (row["record"], row["place"] - row["start"], row["born"]) for row in counted.iter_rows(named=True)
            ]
    assert sorted(found) == counted_plainly(calls)


def test_the_measures_are_those_of_the_last_calls():
    random = Random(4)
    seconds = list(np.cumsum([random.randrange(20, 90) for _ in range(100)]))
    kept = Calls(silence=DAY, memory=14 * DAY)
    counted = kept.count(table([(1, int(second)) for second in seconds]))
    kept.keep(counted)
    rhythm = kept.rhythm(counted.tail(1))
    intervals = [float(after - before) for before, after in zip(seconds[-KEPT:], seconds[-KEPT + 1 :], strict=False)]
    middle = median(intervals)
    low, _, high = quantiles(intervals, n=4, method="inclusive")
    assert rhythm.every[0] == middle
    assert np.isclose(rhythm.dispersion[0], 1 - median(abs(one - middle) for one in intervals) / middle)
    assert np.isclose(rhythm.symmetry[0], 1 - abs((high + low - 2 * middle) / (high - low)))
    assert rhythm.evenness[0] == 1


def test_a_clock_is_perfectly_regular_and_a_person_is_not():
    random = Random(5)
    kept = Calls(silence=DAY, memory=14 * DAY)
    clock = [(1, 60 * i) for i in range(64)]
    person = [(2, int(second)) for second in np.cumsum([random.expovariate(1 / 60) + 1 for _ in range(64)])]
    counted = kept.count(table([*clock, *person]))
    kept.keep(counted)
    ends = counted.filter(pl.col("place") == 64)
    rhythm = kept.rhythm(ends)
    assert rhythm.dispersion[0] == rhythm.symmetry[0] == 1
    assert rhythm.dispersion[1] < 0.6


def test_old_calls_are_swept_away_and_the_last_ones_stay():
    kept = Calls(silence=DAY, memory=14 * DAY)
    for part in range(12):
        calls = [(pair, part * 1000 + i) for i in range(100) for pair in range(600)]
        kept.keep(kept.count(table(calls)))
    assert sum(part.height for part in kept._calls) < SPARE + 2 * 600 * KEPT + 60_000
    assert kept.window(5, 1, 1200).height == KEPT


def test_a_check_early_in_a_large_step_still_finds_its_calls():
    ticks = [(1, 60 * i) for i in range(200)]
    others = [(2 + i, 60 * i % 12_000) for i in range(SPARE)]
    calls = Calls(silence=DAY, memory=14 * DAY)
    counted = calls.count(table(sorted([*ticks, *others], key=lambda call: call[1])))
    calls.keep(counted)
    checks = counted.filter((pl.col("pair") == 1) & pl.col("place").is_in([64, 128]))
    assert calls.rhythm(checks).every.tolist() == [60.0, 60.0]
    assert calls.window(1, 1, 64).height == KEPT


def test_a_pair_that_meets_again_after_the_memory_begins_anew():
    calls = Calls(silence=DAY, memory=14 * DAY)
    for first, every in ((0, 60), (20 * 86_400, 3600)):
        calls.keep(calls.count(table([(9, first)])))  # time passes between, and the pair is forgotten
        counted = calls.count(table([(1, first + every * i) for i in range(1, 40)]))
        calls.keep(counted)
    assert calls.rhythm(counted.tail(1)).every.tolist() == [3600.0]
