import numpy as np
import pytest
from tests.seal.hospitals import best_by_trying, random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.doors import OPEN
from cloison.seal.planner import write_programme
from cloison.seal.solver import solve


def solved(seed: int, seconds: float):
    place, parameters = random_hospital(seed)
    asked = make_ready(place, parameters)
    programme, network, first = write_programme(asked)
    best = solve(
        programme, Balance(asked).objective, lambda levels: programme.complete(network, first, levels), seconds
    )
    return best, best_by_trying(place, parameters)


@pytest.mark.parametrize("seed", range(40))
def test_the_bound_meets_the_best(seed):
    best, lowest = solved(seed, 30.0)
    assert best.objective == pytest.approx(lowest)
    assert best.bound == pytest.approx(lowest)


@pytest.mark.parametrize("seed", range(10))
def test_no_time_at_all_still_gives_doors_and_a_true_bound(seed):
    best, lowest = solved(seed, 0.0)
    assert set(best.door_levels.tolist()) <= {OPEN}
    assert best.bound <= lowest + 1e-9
    assert best.objective >= lowest - 1e-9
    assert np.isfinite(best.objective)
