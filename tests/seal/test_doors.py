import numpy as np
from tests.seal.hospitals import conduit, flow, hospital, sure_conduit, zone

from cloison.model.hospital import DoorId, Level
from cloison.seal.doors import CLOSED, NO_DOOR, OPEN, find_doors, levels_by_conduit

PLACE = hospital(
    zones=(zone("a"), zone("b")),
    conduits=(
        sure_conduit("c0", "a", "b", door=DoorId("cable")),
        conduit("c1", "a", "b"),
        sure_conduit("c2", "b", "a"),
        sure_conduit("c3", "b", "a", door=DoorId("cable")),
        conduit("c4", "b", "a", door=DoorId("cable")),
    ),
    flows=(flow("f", ("c3", "c1"), lifeline=True), flow("g", ("c2", "c0"))),
)


def test_conduits_of_one_door_move_together_and_those_without_a_point_never():
    doors = find_doors(PLACE)
    assert doors.of_conduit.tolist() == [0, NO_DOOR, 1, 0, NO_DOOR]
    assert doors.count == 2
    levels = levels_by_conduit(PLACE, doors, np.array([CLOSED, OPEN], dtype=np.int8))
    assert levels == {"c0": Level.CLOSED, "c3": Level.CLOSED}


def test_a_door_knows_the_flows_across_it():
    doors = find_doors(PLACE)
    assert doors.flows == ((0,), (0, 1))
    assert doors.lifeline.tolist() == [True, False]


def test_a_door_named_like_a_conduit_is_not_taken_for_it():
    place = hospital(
        zones=(zone("a"),),
        conduits=(sure_conduit("c0", "a", "a"), sure_conduit("c1", "a", "a", door=DoorId("c0"))),
    )
    assert find_doors(place).count == 2
