from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import Asset, AssetId, ZoneId
from cloison.model.plan import Look, PlanParameters
from cloison.seal.deadline import Deadline, stopped
from cloison.seal.looking import name_assets, where_to_look
from cloison.seal.planner import plan_with_proof

AMPLE = Deadline.after(stopped, 1.0)


def looks(place, parameters, deadline=AMPLE):
    found = plan_with_proof(place, parameters)
    return where_to_look(found.asked, {each.conduit: each.level for each in found.plan.actions}, deadline)


def question(*suspicion: tuple[str, float]):
    """Two wards: shutting one's door takes its care, leaving it open risks records."""
    place = hospital(
        zones=(zone("dear"), zone("cheap"), zone("archive", 300_000), zone("store", 3_000)),
        conduits=(sure_conduit("c", "dear", "archive"), sure_conduit("d", "cheap", "store")),
        flows=(flow("f", ("c",)), flow("g", ("d",))),
        care_services=(
            service("s", "flow:f", care_per_hour=4.0, restore_hours=0.0),
            service("t", "flow:g", care_per_hour=0.04, restore_hours=0.0),
        ),
    )
    return place, PlanParameters(suspicion=tuple((ZoneId(name), chance) for name, chance in suspicion), scenarios=200)


def test_the_zone_whose_state_decides_a_dear_door_comes_first():
    found = looks(*question(("cheap", 0.5), ("dear", 0.5)))
    assert [look.zone for look in found] == ["dear", "cheap"]
    # Shut without knowing, the door takes 48 care-hours; it need not, every other time.
    assert found[0].care_hours == pytest.approx(0.5 * 48.01, rel=0.01)


def test_the_likeliest_unsure_system_of_a_zone_is_where_to_begin():
    place, _ = question()
    assets = tuple(Asset(id=AssetId(name), name=name, zone=ZoneId("dear")) for name in ("a", "b", "c"))
    place = replace(place, assets=assets)
    looks_ = (
        Look(zone=ZoneId("dear"), suspicion=0.5, care_hours=1.0),
        Look(zone=ZoneId("cheap"), suspicion=0.5, care_hours=1.0),
    )
    named = name_assets(place, looks_, [("a", 0.2), ("b", 0.4), ("a", 0.3), ("c", 1.0), ("cheap", 0.5)])
    assert [look.asset for look in named] == ["a", None]


def test_what_is_certain_needs_no_look():
    assert looks(*question(("dear", 1.0), ("cheap", 0.0))) == ()


def test_without_time_nothing_is_said():
    assert looks(*question(("dear", 0.5)), deadline=Deadline.after(stopped, 0.0)) == ()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_knowing_is_never_worth_less_than_nothing(seed):
    assert all(look.care_hours > 0.0 for look in looks(*random_hospital(seed)))
