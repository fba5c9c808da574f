from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import hospital, pinned, random_hospital, sure_conduit, zone

from cloison.model.hospital import Level, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.check import check, weigh
from cloison.seal.planner import plan_with_proof
from cloison.seal.stability import KEPT_CARE_HOURS, KEPT_SHARE, is_kept

PLACE = hospital(
    zones=(zone("office"), zone("a", 10_000), zone("b", 10_000)),
    conduits=(sure_conduit("to-a", "office", "a"), sure_conduit("to-b", "a", "b")),
)
SUSPECT = PlanParameters(suspicion=((ZoneId("office"), 1.0),))


def test_an_earlier_plan_that_is_near_enough_is_kept():
    found = plan_with_proof(PLACE, SUSPECT, earlier={"to-a": Level.CLOSED, "to-b": Level.CLOSED}).plan
    assert found.compared.kept
    assert [each.conduit for each in found.actions] == ["to-a", "to-b"]
    assert found.objective == pytest.approx(found.compared.earlier) == pytest.approx(0.02)
    assert check(PLACE, found) == ()


def test_an_earlier_plan_that_loses_too_much_is_left_and_each_move_is_priced():
    found = plan_with_proof(PLACE, SUSPECT, earlier={"to-b": Level.CLOSED}).plan
    assert not found.compared.kept
    moves = {move.conduits: move for move in found.compared.moves}
    assert (moves["to-a",].before, moves["to-a",].after) == (Level.OPEN, Level.CLOSED)
    assert moves["to-a",].cost_of_leaving == pytest.approx(20.0 - 0.01)
    assert list(found.compared.moves) == sorted(found.compared.moves, key=lambda move: -move.cost_of_leaving)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_whatever_is_chosen_is_within_the_stated_bound_of_the_best_and_obeys_pins(seed):
    place, parameters = random_hospital(seed)
    before = plan_with_proof(place, replace(parameters, suspicion=parameters.suspicion[:1])).plan
    levels = {action.conduit: action.level for action in before.actions}
    parameters = pinned(place, parameters, seed)
    found = plan_with_proof(place, parameters, earlier=levels).plan
    assert found.objective - found.compared.best <= max(KEPT_SHARE * found.compared.best, KEPT_CARE_HOURS) + 1e-9
    chosen = {action.conduit: action.level for action in found.actions}
    assert weigh(place, parameters, chosen).objective == pytest.approx(found.objective)
    assert check(place, found) == ()


def test_a_passage_that_the_map_no_longer_holds_is_passed_over():
    assert plan_with_proof(PLACE, SUSPECT, earlier={"gone": Level.CLOSED}).plan.status.value == "optimal"


@pytest.mark.parametrize(("earlier", "best", "kept"), [(10.9, 10.0, True), (11.1, 10.0, False), (101.9, 100.0, True)])
def test_the_bound_is_two_per_cent_or_one_care_hour(earlier, best, kept):
    assert is_kept(earlier, best) is kept
