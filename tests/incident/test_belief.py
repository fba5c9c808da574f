import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import finding

from cloison.incident.belief import CURVES, MUTED, believe, corrected


def test_a_muted_finding_keeps_a_small_weight():
    one = finding("10.1.0.5", confidence=0.8)
    assert believe([one.id])(one) == pytest.approx(MUTED * believe()(one))


def test_an_unknown_detector_is_believed_as_it_speaks():
    assert believe()(finding("10.1.0.5", confidence=0.37, detector="nouveau")) == 0.37


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 5), st.floats(-6, 6))
def test_correction_keeps_the_order_and_stays_a_probability(one, other, slope, shift):
    low, high = sorted([one, other])
    assert 0 <= corrected(low, slope, shift) <= corrected(high, slope, shift) <= 1


def test_curves_keep_the_order():
    assert all(slope >= 0 for slope, _ in CURVES.values())
