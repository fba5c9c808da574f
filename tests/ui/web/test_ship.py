from dataclasses import replace

import pytest
from tests.ui.web.stories import mapless_story, night_story, quiet_story

from cloison.model.hospital import Zone, ZoneId, ZoneKind
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import KINDS
from cloison.ui.web.ship import DECKS, MOST_ROOMS, board, draw
from cloison.ui.web.speech import Speech


@pytest.fixture(scope="module")
def french():
    return Speech(Translator("fr", "Europe/Paris"))


def looks(story, speech):
    section, _ = draw(story, speech, 640.0, 12)
    return {room.compartment.key: room.compartment for row in section.rows for room in row}


def test_every_kind_of_zone_has_a_deck_and_a_name():
    assert set(DECKS) == set(KINDS) == set(ZoneKind)


def test_each_state_is_in_words(french):
    rooms = looks(night_story(), french)
    assert rooms["zone:administration"].states == ("suspect 0,70",)
    assert rooms["zone:serveurs-bureautiques"].states == ("compromis 0,97",)
    assert rooms["zone:sauvegardes"].states == ("isolé par le plan",)
    assert rooms["zone:urgences"].states == ()


def test_a_compartment_with_one_passage_left_open_is_not_called_sealed():
    story = night_story()
    kept = tuple(action for action in story.plan.actions if action.conduit != "gestion>sauvegardes")
    ship = board(replace(story, plan=replace(story.plan, actions=kept)))
    assert "sauvegardes" not in ship.sealed


def test_a_passage_for_lifelines_only_is_not_called_sealed():
    story = night_story()
    loosened = tuple(
        replace(action, level="lifeline") if action.conduit == "gestion>sauvegardes" else action
        for action in story.plan.actions
    )
    ship = board(replace(story, plan=replace(story.plan, actions=loosened)))
    assert "sauvegardes" not in ship.sealed
    assert "sauvegardes" in ship.spared


def test_without_a_plan_every_door_is_open(french):
    _, doors = draw(quiet_story(), french, 640.0, 12)
    assert {sign.level for sign in doors.signs} == {"open"}
    assert not doors.lines


def test_undeclared_traffic_has_no_door(french):
    _, doors = draw(night_story(), french, 640.0, 12)
    leaks = [sign.title for sign in doors.signs if sign.level == "leak"]
    assert leaks == [
        "Imagerie → Réanimation et bloc\N{NO-BREAK SPACE}: fuite, sans passage déclaré",
        "Gestion technique du bâtiment → Internet\N{NO-BREAK SPACE}: fuite, sans passage déclaré",
    ]


def test_a_large_map_keeps_what_is_singled_out_and_counts_the_rest(french):
    story = night_story()
    many = tuple(Zone(id=ZoneId(f"unite-{n}"), name=f"Unité {n}", kind=ZoneKind.CARE) for n in range(200))
    crowded = replace(story, hospital=replace(story.hospital, zones=(*story.hospital.zones, *many)))
    rooms = looks(crowded, french)
    assert len(rooms) <= MOST_ROOMS
    assert rooms["zone:serveurs-bureautiques"].look == "lost"
    assert rooms["kind:care"].name == "203 compartiments\N{NO-BREAK SPACE}: soins"


def test_an_empty_map_draws_an_empty_hull(french):
    section, doors = draw(mapless_story(), french, 640.0, 12)
    assert not section.rows
    assert not doors.signs


def test_a_whisper_of_suspicion_is_drawn_lighter_and_still_said(french):
    story = night_story()
    suspicion = ((ZoneId("urgences"), 0.05),)
    rooms = looks(
        replace(story, plan=replace(story.plan, parameters=replace(story.plan.parameters, suspicion=suspicion))), french
    )
    assert rooms["zone:urgences"].look == "doubt"
    assert rooms["zone:urgences"].states == ("suspect 0,05",)
