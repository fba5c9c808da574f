from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import best_by_trying, random_hospital

from cloison.model.plan import Status
from cloison.seal.check import check
from cloison.seal.planner import plan


@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_plan_is_the_best_of_every_set_of_doors(seed):
    place, parameters = random_hospital(seed)
    found = plan(place, parameters)
    best = best_by_trying(place, parameters)
    assert abs(found.objective - best) <= 1e-6 * max(1.0, best)
    assert found.lower_bound <= best
    assert found.status is Status.OPTIMAL
    assert check(place, found) == ()
