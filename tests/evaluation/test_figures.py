import math

import pytest
from evaluation.figures import brier, calibration_error, platt, poisson, recalibrated, reliability, wilson
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest


@settings(deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(pair):
    hits, trials = pair
    theirs = binomtest(hits, trials).proportion_ci(method="wilson")
    assert wilson(hits, trials) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_without_a_trial_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)
    assert poisson(0, 0.0) == (0.0, math.inf)


def test_no_event_in_an_hour_still_allows_three_or_four():
    low, high = poisson(0, 1.0)
    assert low == 0
    assert high == pytest.approx(3.689, abs=1e-3)


def test_a_perfect_prophet_and_a_liar():
    assert brier([1.0, 0.0], [True, False]) == calibration_error([1.0, 0.0], [True, False]) == 0
    assert brier([0.0, 1.0], [True, False]) == calibration_error([0.0, 1.0], [True, False]) == 1


def test_bins_hold_every_finding_once():
    rows = reliability([0.0, 0.05, 0.5, 0.999, 1.0], [False, True, True, True, True])
    assert [(row.count, row.true) for row in rows] == [(2, 1), (1, 1), (2, 2)]


def test_with_nothing_learnt_confidence_stands():
    slope, shift = platt([0.7], [True], [0.0])
    assert recalibrated(0.7, slope, shift) == pytest.approx(0.7, abs=1e-3)


def test_a_boaster_is_brought_down_and_order_is_kept():
    said, true = [0.9] * 40 + [0.6] * 40, [i % 2 == 0 for i in range(40)] + [i % 4 == 0 for i in range(40)]
    slope, shift = platt(said, true, [1.0] * 80)
    assert recalibrated(0.9, slope, shift) == pytest.approx(0.5, abs=0.05)
    assert recalibrated(0.6, slope, shift) == pytest.approx(0.25, abs=0.05)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_recalibration_never_turns_the_order_around(pairs):
    said, true = [p for p, _ in pairs], [t for _, t in pairs]
    slope, shift = platt(said, true, [1.0] * len(pairs))
    moved = [recalibrated(p, slope, shift) for p in sorted(said)]
    assert moved == sorted(moved)
    assert all(0 < p < 1 for p in moved)
