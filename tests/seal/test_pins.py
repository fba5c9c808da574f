import pytest
from tests.seal.hospitals import conduit, hospital, sure_conduit, zone

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import DoorId
from cloison.seal.pins import FREE, read_pins

PLACE = hospital(
    zones=(zone("office"), zone("servers")),
    conduits=(
        sure_conduit("single", "office", "servers"),
        sure_conduit("first", "office", "servers", door=DoorId("cable")),
        sure_conduit("second", "servers", "office", door=DoorId("cable")),
        conduit("bare", "servers", "office"),
    ),
)


def test_a_passage_of_a_shared_door_means_the_door():
    pins = read_pins(PLACE, ["second"], ["single"])
    assert (pins.keep_open, pins.shut) == ({("door", "cable")}, {("conduit", "single")})
    assert read_pins(PLACE, ["cable"], []) == read_pins(PLACE, ["first"], [])


def test_what_nothing_can_shut_may_be_kept_open():
    assert read_pins(PLACE, ["bare"], []).shut == frozenset()
    assert read_pins(PLACE, [], []) == FREE


@pytest.mark.parametrize(
    ("keep_open", "shut", "error", "words"),
    [
        (["first"], ["cable"], BadValueError, "same door"),
        (["single"], ["single"], BadValueError, "both shut"),
        ([], ["bare"], BadValueError, "nothing can shut bare"),
        (["singel"], [], UnknownIdError, "did you mean single"),
        ([], ["xyz"], UnknownIdError, "list the map's passages"),
    ],
)
def test_a_pin_that_makes_no_sense_is_refused_once(keep_open, shut, error, words):
    with pytest.raises(error, match=words):
        read_pins(PLACE, keep_open, shut)
