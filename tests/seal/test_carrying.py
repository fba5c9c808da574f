import pytest
from tests.seal.hospitals import conduit, hospital, zone

from cloison.model.hospital import DoorId, EnforcementPoint, EnforcementPointId, Level
from cloison.seal.carrying import minutes_to_carry_out

HAND, DEVICE = EnforcementPointId("armoire"), EnforcementPointId("pare-feu")


def by_hand(name: str, minutes: float, **rest):
    return conduit(name, "a", "b", enforced_by=HAND, close_minutes=minutes, **rest)


def place(*conduits):
    points = (EnforcementPoint(id=HAND, driver="manual"), EnforcementPoint(id=DEVICE, driver="memory"))
    whole = hospital(zones=(zone("a"), zone("b")), conduits=conduits)
    return type(whole)(name=whole.name, zones=whole.zones, conduits=conduits, enforcement_points=points)


def minutes(people: int, *conduits) -> float:
    return minutes_to_carry_out(place(*conduits), {each.id: Level.CLOSED for each in conduits}, people)


def test_devices_move_side_by_side_and_a_person_one_after_the_other():
    devices = [conduit(f"d{number}", "a", "b", enforced_by=DEVICE, close_minutes=2.0) for number in range(9)]
    assert minutes(1, *devices) == 2.0
    assert minutes(1, by_hand("x", 10.0), by_hand("y", 5.0), *devices) == 15.0


@pytest.mark.parametrize(("people", "expected"), [(1, 30.0), (2, 15.0), (3, 10.0), (9, 10.0)])
def test_doors_are_shared_out_among_people(people, expected):
    assert minutes(people, *(by_hand(f"c{number}", time) for number, time in enumerate((10, 5, 10, 5)))) == expected


def test_a_shared_door_is_walked_to_once():
    assert minutes(1, *(by_hand(f"c{number}", 10.0, door=DoorId("cable")) for number in range(5))) == 10.0


def test_open_doors_take_no_time():
    assert minutes_to_carry_out(place(by_hand("x", 10.0)), {}, 1) == 0.0
