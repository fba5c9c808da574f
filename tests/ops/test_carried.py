import numpy as np
import pytest
from tests.seal.hospitals import conduit, hospital, zone

from cloison.ops.carried import carried

PLACE = hospital(zones=tuple(map(zone, "abc")), conduits=(conduit("ab", "a", "b"), conduit("bc", "b", "c")))
THROUGH = np.array([[-1, 0, 1], [-1, 0, -1]], dtype=np.int32)


def test_a_loss_is_charged_once_to_each_passage_on_the_way():
    found = carried(PLACE, THROUGH, np.array([[2], [1]]), np.array([6.0]))
    assert found.total(2).tolist() == [6.0, 3.0]
    assert found.runs_through(1).tolist() == [0]
    assert found.standard_error(0) == 0.0
    assert found.standard_error(1) == pytest.approx(3.0)


def test_losses_of_one_run_add_up_and_what_needs_no_zone_is_nobodys():
    found = carried(PLACE, THROUGH, np.array([[2, 1], [-1, -1]]), np.array([6.0, 4.0]))
    assert found.total(2).tolist() == [5.0, 3.0]


def test_a_loss_in_the_zone_of_entry_crossed_nothing():
    assert carried(PLACE, THROUGH, np.array([[0], [0]]), np.array([6.0])).total(2).tolist() == [0.0, 0.0]
