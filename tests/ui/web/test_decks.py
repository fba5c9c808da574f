import pytest
from tests.chart.large_maps import large_hospital
from tests.ui.web.stories import night_story

from cloison.chart.atlas import Atlas
from cloison.chart.outlook import Board, look
from cloison.model.hospital import Level
from cloison.ops.overview import of_story
from cloison.ui.languages import Translator
from cloison.ui.web.decks import MOST_ROOMS, draw_outlook, level_of
from cloison.ui.web.speech import Speech

FRENCH = Speech(Translator("fr", "Europe/Paris"))


def words(shown):
    return shown.place.name or shown.place.kind.value, (), "calm"


def drawn(outlook):
    return draw_outlook(outlook, words, lambda key: f"/{key}", FRENCH, width=640, most_lines=7)


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ({}, Level.OPEN),
        ({Level.CLOSED: 3}, Level.CLOSED),
        ({Level.CLOSED: 3, Level.OPEN: 1}, Level.OPEN),
        ({Level.CLOSED: 1, Level.LIFELINE: 1}, Level.LIFELINE),
    ],
)
def test_several_doors_are_as_open_as_the_least_shut(levels, level):
    assert level_of(levels) is level


def test_every_shown_place_has_one_room_that_leads_to_it():
    atlas = Atlas(large_hospital(400, 0, 900))
    outlook = look(atlas, Board(), ("kind:office", "group:0:office"), most=MOST_ROOMS)
    section, _ = drawn(outlook)
    keys = [room.compartment.key for row in section.rows for room in row]
    assert sorted(keys) == sorted(one.place.key for one in outlook.places if not one.opened)
    assert all(room.compartment.link == f"/{room.compartment.key}" for row in section.rows for room in row)


def test_doors_and_leaks_of_a_story_are_on_the_drawing():
    story = night_story()
    atlas = Atlas(story.hospital)
    _, doors = drawn(look(atlas, of_story(story).board, atlas.kinds))
    assert {sign.level for sign in doors.signs} >= {"open", "closed", "lifeline", "leak"}
    assert any("fuite" in sign.title for sign in doors.signs)
