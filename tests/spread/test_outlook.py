import math

import numpy as np
import pytest

from cloison.spread.outlook import Outlook, outlook

NEVER = math.inf


def test_hours_are_those_of_the_runs_that_reach_it():
    hours = np.array([[1.0], [2.0], [3.0], [NEVER]])
    (found,) = outlook(["pacs"], hours)
    assert found.probability == 0.75
    assert found.hours == pytest.approx((1.2, 2.0, 2.8))


def test_what_no_run_reached_is_not_called_impossible():
    (found,) = outlook(["pacs"], np.full((96, 1), NEVER))
    assert found == Outlook(id="pacs", probability=0.0, standard_error=pytest.approx(0.014), hours=None)


def test_the_standard_error_halves_with_four_times_the_runs():
    few, many = (outlook(["a"], np.tile([[1.0], [NEVER]], (n, 1)))[0].standard_error for n in (500, 2_000))
    assert few / many == pytest.approx(2.0, rel=0.01)
