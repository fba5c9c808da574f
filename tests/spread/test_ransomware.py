import math

import numpy as np
import pytest

from cloison.spread.ransomware import DWELL_HOURS, dark_from, impacts

NEVER = math.inf


def test_half_of_the_waits_are_over_by_their_median():
    drawn = impacts(40_000, median_hours=DWELL_HOURS, seed=0)
    assert np.median(drawn) == pytest.approx(DWELL_HOURS, rel=0.03)
    assert (impacts(5, median_hours=0.0, seed=0) == 0.0).all()


def test_what_has_fallen_goes_dark_at_the_impact_and_what_falls_later_as_it_falls():
    falls = np.array([[0.0, 5.0, NEVER]])
    assert dark_from(falls, np.array([3.0]), 24.0).tolist() == [[3.0, 5.0, NEVER]]


def test_at_the_horizon_what_has_fallen_is_taken_down_even_when_nothing_was_set_off():
    assert dark_from(np.array([[0.0, NEVER]]), np.array([300.0]), 24.0).tolist() == [[24.0, NEVER]]
