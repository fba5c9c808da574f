from dataclasses import replace

import pytest
from tests.seal.hospitals import hospital, service, zone

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready

PLACE = hospital(zones=(zone("administration"), zone("imagerie")))
PARAMETERS = PlanParameters(suspicion=((ZoneId("administration"), 1.0),))


def test_what_is_asked_is_drawn_over_the_map():
    asked = make_ready(PLACE, PARAMETERS)
    assert asked.scenarios.starts.tolist() == [[True, False]] * 50
    assert asked.doors.count == 0


def test_an_unknown_zone_is_refused_with_the_nearest():
    with pytest.raises(UnknownIdError, match="did you mean administration"):
        make_ready(PLACE, replace(PARAMETERS, suspicion=((ZoneId("administrasion"), 1.0),)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"suspicion": ((ZoneId("imagerie"), 1.5),)},
        {"suspicion": ((ZoneId("imagerie"), -0.5),)},
        {"suspicion": ((ZoneId("imagerie"), 0.5), (ZoneId("imagerie"), 0.5))},
        {"horizon_hours": -1.0},
        {"seal_hours": float("nan")},
        {"record_weight": -1.0},
        {"action_weight": float("inf")},
        {"time_limit_seconds": -1.0},
        {"scenarios": 0},
        {"seed": -1},
    ],
)
def test_an_impossible_parameter_is_refused(wrong):
    with pytest.raises(BadValueError):
        make_ready(PLACE, replace(PARAMETERS, **wrong))


def test_services_in_a_ring_are_refused():
    ring = hospital(zones=PLACE.zones, care_services=(service("a", "care_service:a"),))
    with pytest.raises(BadValueError, match="ring"):
        make_ready(ring, PARAMETERS)
