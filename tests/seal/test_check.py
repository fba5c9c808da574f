from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import conduit, every_plan, flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import ConduitId, DoorId, Level, ZoneId
from cloison.model.plan import PlanParameters, ServiceState, Status
from cloison.seal.check import check, doors_moved, weigh
from cloison.seal.planner import plan
from cloison.spread.scenarios import draw

PLACE = hospital(
    zones=(zone("office", 1_000), zone("servers", 20_000), zone("care")),
    conduits=(
        sure_conduit("in", "office", "servers", door=DoorId("cable")),
        sure_conduit("out", "servers", "office", door=DoorId("cable")),
        sure_conduit("use", "servers", "care"),
        conduit("bare", "care", "servers"),
    ),
    flows=(flow("f", ("in",)),),
    care_services=(service("s", "zone:servers", care_per_hour=10.0), service("t", "flow:f", care_per_hour=0.1)),
)
PARAMETERS = PlanParameters(suspicion=((ZoneId("office"), 1.0),))
PLAN = plan(PLACE, PARAMETERS)


def test_the_planners_plan_has_no_fault():
    assert check(PLACE, PLAN) == ()
    assert [(each.conduit, each.level) for each in PLAN.actions] == [("in", Level.CLOSED), ("out", Level.CLOSED)]
    assert PLAN.sealed.doors_moved == 1


def test_the_weighing_is_that_of_the_written_formula():
    weighed = weigh(PLACE, PARAMETERS, {})
    assert weighed.records == 21_000.0
    assert weighed.care_hours == pytest.approx(10.0 * 72.0)
    assert weighed.objective == pytest.approx(720.0 + 21.0)


TAMPERED = {
    "a smaller objective": {"objective": PLAN.objective - 1.0},
    "a bound above the objective": {"lower_bound": PLAN.objective + 1.0},
    "a proof that does not hold": {"lower_bound": 0.0},
    "another gap": {"gap": 0.5},
    "a missing door": {"actions": PLAN.actions[:1]},
    "no action": {"actions": ()},
    "actions out of order": {"actions": PLAN.actions[::-1]},
    "an action twice": {"actions": (*PLAN.actions, PLAN.actions[-1])},
    "an open door as an action": {"actions": tuple(replace(each, level=Level.OPEN) for each in PLAN.actions)},
    "another level": {"actions": (replace(PLAN.actions[0], level=Level.LIFELINE), PLAN.actions[1])},
    "another time to close": {"actions": (replace(PLAN.actions[0], close_minutes=9.0), PLAN.actions[1])},
    "a passage that nothing shuts": {
        "actions": (*PLAN.actions, replace(PLAN.actions[0], conduit=ConduitId("bare"), door=None))
    },
    "a passage that is not there": {"actions": (*PLAN.actions, replace(PLAN.actions[0], conduit=ConduitId("none")))},
    "another cost of doing nothing": {"without_sealing": PLAN.without_sealing + 1.0},
    "fewer records": {"sealed": replace(PLAN.sealed, records=0.0)},
    "fewer doors": {"sealed": replace(PLAN.sealed, doors_moved=0)},
    "no loss if nothing is done": {"nothing": replace(PLAN.nothing, care_hours=0.0)},
    "a service kept": {"care": (PLAN.care[0], replace(PLAN.care[1], state=ServiceState.NORMAL))},
    "less care lost": {"care": (PLAN.care[0], replace(PLAN.care[1], lost_if_sealed=0.0))},
    "a service left out": {"care": PLAN.care[:1]},
    "an alternative's weight": {
        "alternatives": (replace(PLAN.alternatives[0], sealing_care_hours=99.0), *PLAN.alternatives[1:])
    },
    "an alternative's level": {
        "alternatives": (replace(PLAN.alternatives[0], levels=((ConduitId("in"), Level.CLOSED),)),)
    },
}


@pytest.mark.parametrize("wrong", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_plan_is_found_out(wrong):
    assert check(PLACE, replace(PLAN, **wrong))


def test_a_plan_worse_than_nothing_is_found_out():
    worse = replace(PLAN, objective=PLAN.without_sealing + 5.0, status=Status.FEASIBLE)
    assert any(complaint.where == "objective" for complaint in check(PLACE, worse))


def test_doors_are_counted_once_for_all_their_passages():
    shut = {ConduitId("in"): Level.CLOSED, ConduitId("out"): Level.CLOSED, ConduitId("use"): Level.LIFELINE}
    assert doors_moved(PLACE, shut) == 2


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw_=st.integers(0, 1_000))
def test_shutting_further_never_exposes_more_records(seed, draw_):
    place, parameters = random_hospital(seed, doors=3)
    assert draw(place, parameters).starts.shape[0] == parameters.scenarios
    plans = every_plan(place)
    chosen = plans[draw_ % len(plans)]
    shut = dict.fromkeys(plans[-1], Level.CLOSED)
    open_, some, all_ = (weigh(place, parameters, levels).records for levels in ({}, chosen, shut))
    assert open_ >= some >= all_
