from dataclasses import replace

import pytest
from tests.enforce.wards import BOTH, SERVERS_TO_BACKUPS, hospital

from cloison.errors import UnknownIdError
from cloison.model.hospital import Level, ZoneId
from cloison.model.plan import Action, PlanParameters
from cloison.ops.crisis_choices import BACKUPS, levels_of, listed
from cloison.ops.responding import make_plan

WARD = hospital()
GENTLE = tuple(sorted(BOTH.items()))
PLAN = make_plan(WARD, PlanParameters(suspicion=((ZoneId("bureau"), 0.9),), scenarios=5))


def test_the_red_button_needs_no_plan():
    assert levels_of(BACKUPS, None, WARD) == ((SERVERS_TO_BACKUPS, Level.CLOSED),)


def test_the_doors_of_a_choice_are_those_that_the_plan_lists():
    best = next(each for each in PLAN.alternatives if each.name == "total-cut")
    assert levels_of("total-cut", PLAN, WARD) == tuple(sorted(best.levels))
    for name in ("nothing", "x"):
        with pytest.raises(UnknownIdError):
            levels_of(name, PLAN, WARD)


def test_a_plan_that_had_no_time_for_other_choices_is_its_own():
    points = {conduit.id: conduit.enforced_by for conduit in WARD.conduits}
    actions = tuple(
        Action(conduit=name, level=level, enforced_by=points[name], close_minutes=1.0) for name, level in GENTLE
    )
    alone = replace(PLAN, alternatives=(), actions=actions)
    assert levels_of("optimal", alone, WARD) == GENTLE
    assert listed(None) == {}
