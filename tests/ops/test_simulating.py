import json
from dataclasses import replace

import numpy as np
import pytest
from tests.seal.hospitals import flow, hospital, service, sure_conduit, zone

from cloison.errors import BadValueError, MissingFileError, UnknownIdError
from cloison.model.hospital import AllOf, Asset, AssetId, ConduitId, Level, ZoneId
from cloison.model.plan import PlanParameters
from cloison.ops.responding import make_plan
from cloison.ops.simulating import (
    NOTHING,
    PLAN,
    TOTAL_CUT,
    assets_reached,
    estimate,
    given_by,
    read_plan,
    simulate,
    total_cut,
)

PLACE = hospital(
    zones=(zone("a"), zone("b", records=100), zone("c")),
    conduits=(sure_conduit("a>b", "a", "b"), sure_conduit("b>c", "b", "c")),
    flows=(flow("images", ("b>c",)),),
    care_services=(service("ward", AllOf(of=("zone:c", "flow:images")), restore_hours=72.0),),
)
ASKED = PlanParameters(suspicion=((ZoneId("a"), 0.5),), seal_hours=12.0)


def played(runs=400):
    shut = {ConduitId("a>b"): Level.CLOSED}
    return simulate(PLACE, ASKED, [(NOTHING, {}), (PLAN, shut), (TOTAL_CUT, total_cut(PLACE))], runs=runs, dwell=0.0)


def test_each_policy_meets_the_same_intruders_and_loses_what_its_doors_let_through():
    nothing, plan, cut = played().courses
    reached = nothing.zones[2].probability
    assert abs(reached - 0.5) < 4 * nothing.zones[2].standard_error
    assert nothing.care_hours.mean == pytest.approx(72.0 * reached)
    assert nothing.records.mean == pytest.approx(100.0 * reached)
    assert (plan.care_hours.mean, plan.records.mean, plan.zones[1].hours) == (0.0, 0.0, None)
    assert cut.care_hours.mean == 12.0
    assert cut.zones[0] == nothing.zones[0]


def test_systems_are_followed_when_asked_for_and_change_nothing_else():
    place = replace(PLACE, assets=(Asset(id=AssetId("pc"), name="", zone=ZoneId("a")),))
    policies = [(NOTHING, {}), (TOTAL_CUT, total_cut(place))]
    without = simulate(place, ASKED, policies, runs=400, dwell=0.0)
    followed = simulate(place, ASKED, policies, runs=400, dwell=0.0, suspects=[("pc", 0.5)])
    assert all(course.assets == () for course in without.courses)
    assert [replace(course, assets=()) for course in followed.courses] == list(without.courses)
    (reached,) = followed.courses[0].assets
    assert (reached.id, reached.probability, reached.hours) == (
        "pc",
        without.courses[0].zones[0].probability,
        (0, 0, 0),
    )
    assert assets_reached(place, ASKED, {}, [("pc", 0.5)], runs=400) == (reached,)


def test_the_passages_on_the_way_carry_the_whole_loss():
    nothing, plan, _ = played().courses
    assert {each.conduit for each in nothing.passages} == {"a>b", "b>c"}
    for each in nothing.passages:
        assert each.care_hours.mean == pytest.approx(nothing.care_hours.mean)
        assert each.care_hours.standard_error == pytest.approx(nothing.care_hours.standard_error)
    assert plan.passages == ()


def test_a_service_is_reached_when_the_intruder_holds_what_it_needs_not_when_doors_cut_it():
    nothing, _, cut = played().courses
    assert nothing.services[0].probability == nothing.zones[2].probability
    assert cut.services[0].probability == 0.0
    assert cut.capacity.mean[0] == 0.0


def test_the_same_seed_gives_the_same_forecast_and_more_runs_a_smaller_error():
    assert played() == played()
    assert played(1_600).courses[0].care_hours.standard_error == pytest.approx(
        played().courses[0].care_hours.standard_error / 2, rel=0.1
    )


def test_an_estimate_is_a_mean_and_its_error():
    found = estimate(np.array([1.0, 3.0]))
    assert (found.mean, found.standard_error) == (2.0, pytest.approx(1.0))


def printed(plan):
    """Write what is read of a plan's JSON, and something that is not."""
    asked, choices = plan.parameters, plan.alternatives
    names = ("sealing_care_hours", "fresh_care_hours", "fresh_standard_error")
    return json.dumps(
        {
            "parameters": {
                "suspicion": dict(asked.suspicion),
                "horizon_hours": asked.horizon_hours,
                "seal_hours": asked.seal_hours,
                "people": 1,
            },
            "actions": [{"conduit": each.conduit, "level": each.level, "enforced_by": "x"} for each in plan.actions],
            "alternatives": [{"name": each.name, **{name: getattr(each, name) for name in names}} for each in choices],
        }
    )


def test_a_plan_is_read_as_it_was_printed(tmp_path):
    plan = make_plan(PLACE, ASKED)
    (tmp_path / "plan.json").write_text(printed(plan))
    assert read_plan(tmp_path / "plan.json", PLACE) == given_by(plan)


@pytest.mark.parametrize("text", ["", "{}", '{"parameters": 3}', "\x00", '{"actions": [{"conduit": 1}]}'])
def test_what_is_no_plan_is_refused(text, tmp_path):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(BadValueError, match="no plan"):
        read_plan(tmp_path / "plan.json", PLACE)


def test_a_plan_of_another_map_or_no_file_is_refused(tmp_path):
    (tmp_path / "plan.json").write_text(printed(make_plan(PLACE, ASKED)))
    with pytest.raises(UnknownIdError, match="a>b"):
        read_plan(tmp_path / "plan.json", hospital(zones=(zone("a"),)))
    with pytest.raises(MissingFileError):
        read_plan(tmp_path / "absent.json", PLACE)
