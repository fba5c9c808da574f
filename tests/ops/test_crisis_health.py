from dataclasses import replace

import pytest
from tests.enforce.wards import CABINET, CORE, OFFICE_TO_SERVERS, hospital
from tests.ops.crisis_room import desk_at
from tests.ops.doors import ready

from cloison.model.sealing import DoorState
from cloison.ops.crisis_health import DOORS_HEALTH, look_at_doors
from cloison.ops.sealing import seal


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def points(health):
    return {one.point.id: one for one in health.points}


def test_an_armed_device_and_a_cable_with_its_person_can_be_relied_upon(desk):
    found = points(look_at_doors(desk, hospital(), by="Anne"))
    assert (found[CORE].armed, found[CORE].problem, found[CORE].doors) == (True, None, 3)
    assert (found[CABINET].by_hand, found[CABINET].problem) == (True, None)
    assert DOORS_HEALTH.of(desk.database).at is not None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"driver": "memory", "address": "unreachable"}, ""),
        ({"driver": "nobody"}, "no driver"),
        ({"driver": "nftables", "address": None}, "no address"),
        ({"driver": "manual", "place": None}, "where it stands"),
    ],
)
def test_a_point_that_cannot_be_relied_upon_says_why(desk, change, told):
    ward = hospital()
    core, cabinet = ward.enforcement_points
    found = points(look_at_doors(desk, replace(ward, enforcement_points=(replace(core, **change), cabinet)), by="A"))
    assert told in str(found[CORE].problem)
    assert found[CORE].problem is not None


def test_a_door_that_opened_by_itself_is_seen(desk, tmp_path):
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={})
    for path in (tmp_path / "devices").glob("memory-*"):
        path.unlink()
    drift = {verdict.conduit: verdict.state for verdict in look_at_doors(desk, ward, by="A").drift}
    assert drift[OFFICE_TO_SERVERS] is not DoorState.SHUT
