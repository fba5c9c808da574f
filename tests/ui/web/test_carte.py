from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chart.large_maps import large_hospital
from tests.ui.web.stories import night_story

from cloison.chart.outlook import Board, LeakLine, Span
from cloison.model.hospital import AssetId, ZoneId
from cloison.ops.overview import Overview, of_story
from cloison.ui.languages import Translator
from cloison.ui.web.carte import STEPS, Carte, Grounds, look_of
from cloison.ui.web.carte_query import Query
from cloison.ui.web.speech import Speech

FRENCH = Speech(Translator("fr", "Europe/Paris"))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LARGE = Grounds(large_hospital(300, 900, 900))
NIGHT = Grounds(night_story().hospital)


def carte_of(query=None, grounds=NIGHT, overview=None):
    return Carte(grounds, overview or of_story(night_story()), query or Query(), FRENCH)


def over(board, *, since=None, until=None):
    return Overview(hospital=LARGE.hospital, board=board, planned=False, leaks=None, care={}, since=since, until=until)


def flat(lines):
    for line in lines:
        yield line
        yield from flat(line.lines)


def test_a_small_map_is_shown_whole_at_first():
    shown = {line.shown.place.zone for line in flat(carte_of().lines()) if line.shown.place.zone}
    assert shown >= {zone.id for zone in NIGHT.hospital.zones}


def test_a_large_map_shows_its_kinds_and_where_suspicion_is():
    calm = list(flat(carte_of(grounds=LARGE, overview=over(Board())).lines()))
    assert len(calm) == len(LARGE.atlas.kinds)
    board = Board(chances={ZoneId("z40"): 0.8})
    shown = [line.shown.place.zone for line in flat(carte_of(grounds=LARGE, overview=over(board)).lines())]
    assert "z40" in shown


def test_each_state_is_said_in_words():
    said = {line.name: dict(line.states) for line in flat(carte_of().lines())}
    assert said["Serveurs bureautiques"]["lost"] == "compromis 0,97"
    assert said["Administration"]["suspect"] == "suspect 0,70"
    assert said["Sauvegardes"]["kept"] == "isolé par le plan"
    assert said["Imagerie"]["leak"] == "1 fuite"
    assert said["Soins"] == {}


def test_machines_never_seen_are_counted_and_named():
    board = Board(machines={AssetId("a0"): Span(first=NOON, last=NOON)}, passages={})
    opened = (*LARGE.atlas.around("asset:a7"), "zone:z49")
    made = carte_of(Query(opened=opened), LARGE, over(board))
    said = {line.shown.place.key: dict(line.states).get("unseen") for line in flat(made.lines())}
    assert said["zone:z49"] == "3 machines jamais vues"
    assert said["asset:a7"] == "jamais vue"


@pytest.mark.parametrize(("chance", "look"), [(0.05, "doubt"), (0.31, "suspect"), (0.894, "suspect"), (0.9, "lost")])
def test_a_suspicion_is_drawn_as_its_figure_says(chance, look):
    assert look_of(chance) == look


def test_opening_then_shutting_a_place_comes_back():
    made = carte_of(Query(opened=("",)), LARGE, over(Board()))
    line = made.lines()[2]
    assert "ouvert=" in line.toggle
    opened = carte_of(Query(opened=(line.shown.place.key,)), LARGE, over(Board()))
    again = next(each for each in opened.lines() if each.shown.place.key == line.shown.place.key)
    assert again.lines
    assert line.shown.place.key.replace(":", "%3A") not in again.toggle


def test_what_a_care_service_needs_is_marked():
    service = replace(NIGHT.hospital.care_services[0], needs="zone:dossier-patient")
    grounds = Grounds(replace(NIGHT.hospital, care_services=(service,)))
    made = carte_of(Query(care=service.id), grounds)
    marked = {line.shown.place.zone for line in flat(made.lines()) if line.needed and line.shown.place.zone}
    assert marked == {"dossier-patient"}
    assert next(each for each in made.activities() if each.current).service == service


def test_the_worst_off_care_comes_first():
    assert [each.state.value for each in carte_of().activities()][:2] == ["stopped", "degraded"]


def test_a_search_leads_to_what_it_found_with_its_surroundings_opened():
    made = carte_of(Query(find="pc-00007"), LARGE, over(Board()))
    found, count = made.found()
    assert count == 1
    name, where, link = found[0]
    assert name == "PC-00007"
    assert " · " in where
    assert "lieu=asset%3Aa7" in link
    assert "ouvert=zone%3Az49" in link


@given(st.integers(0, 400), st.floats(0.1, 4000))
def test_the_slider_has_few_positions_and_ends_at_the_end(at, days):
    until = NOON + timedelta(days=days)
    made = carte_of(Query(at=at), LARGE, over(Board(), since=NOON, until=until))
    assert 1 <= made.last_step <= STEPS + 1
    assert made.moment is None or NOON <= made.moment <= until
    assert (made.moment is None) == (at >= made.last_step)


def test_before_a_leak_was_seen_it_is_not_shown():
    leak = LeakLine(from_=ZoneId("z4"), to=ZoneId("z5"), src=None, dst=None, first=NOON, last=NOON)
    board = Board(leaks=(leak,))
    seen = over(board, since=NOON - timedelta(hours=9), until=NOON + timedelta(hours=1))
    leaks = [
        sum("leak" in dict(line.states) for line in flat(carte_of(Query(at=at), LARGE, seen).lines())) for at in (3, 9)
    ]
    assert leaks == [0, 2]


def test_the_section_is_drawn_for_two_widths_and_a_room_leads_to_its_details():
    drawings = carte_of().drawings()
    assert [drawing.prefix for drawing in drawings] == ["wide", "narrow"]
    links = {room.compartment.link for row in drawings[0].section.rows for room in row}
    assert "/carte?lieu=zone%3Asauvegardes#details" in links


def test_names_are_shown_and_not_obeyed():
    hospital = night_story().hospital
    evil = replace(hospital.zones[2], name="\u202egnp.exe" + "x" * 500)
    grounds = Grounds(replace(hospital, zones=(*hospital.zones[:2], evil, *hospital.zones[3:])))
    name = next(line.name for line in flat(carte_of(grounds=grounds).lines()) if line.shown.place.zone == evil.id)
    assert name.startswith("<U+202E>gnp.exe")
    assert len(name) < 100
