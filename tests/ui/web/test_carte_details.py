from dataclasses import replace
from datetime import UTC, datetime

from tests.chart.large_maps import large_hospital
from tests.ui.web.stories import night_story

from cloison.chart.outlook import Board, LeakLine, Span
from cloison.model.hospital import AssetId, CareService, CareServiceId, Level, ZoneId
from cloison.ops.overview import Overview, of_story
from cloison.ui.languages import Translator
from cloison.ui.web.carte import Carte, Grounds
from cloison.ui.web.carte_details import MOST_MACHINES, details_of
from cloison.ui.web.carte_query import Query
from cloison.ui.web.speech import Speech

FRENCH = Speech(Translator("fr", "Europe/Paris"))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def night(on):
    story = night_story()
    return details_of(Carte(Grounds(story.hospital), of_story(story), Query(on=on), FRENCH))


def large(on, board):
    hospital = large_hospital(60, 3000, 300)
    seen = Overview(hospital=hospital, board=board, planned=False, leaks=None, care={}, since=None, until=None)
    return details_of(Carte(Grounds(hospital), seen, Query(on=on), FRENCH))


def test_a_compartment_tells_its_doors_the_shut_ones_first():
    it = night("zone:dossier-patient")
    assert it.name == "Dossier patient"
    assert it.ways[0].level is not Level.OPEN
    assert it.ways[-1].level is Level.OPEN
    assert {way.other[0] for way in it.ways} >= {"Sauvegardes", "Urgences"}
    assert it.zone.patient_records == 310000


def test_a_compartment_tells_its_leaks_and_the_care_that_needs_it():
    it = night("zone:imagerie")
    assert [(leak.from_[0], leak.to[0]) for leak in it.leaks] == [("Imagerie", "Réanimation et bloc")]
    hospital = large_hospital(60, 0, 0)
    care = CareService(id=CareServiceId("bloc"), name="Bloc", care_per_hour=1.0, needs="zone:z5")
    seen = Overview(hospital=hospital, board=Board(), planned=False, leaks=None, care={}, since=None, until=None)
    grounds = Grounds(replace(hospital, care_services=(care,)))
    assert details_of(Carte(grounds, seen, Query(on="zone:z5"), FRENCH)).care == (care,)
    assert details_of(Carte(grounds, seen, Query(on="zone:z6"), FRENCH)).care == ()


def test_a_machine_tells_when_it_was_seen_and_where_it_is():
    board = Board(machines={AssetId("a7"): Span(first=NOON, last=NOON)}, assets={AssetId("a7"): 0.5})
    it = large("asset:a7", board)
    assert it.span == Span(first=NOON, last=NOON)
    assert it.states == (("suspect", "suspect 0,50"),)
    assert it.within[-1][1].startswith("/carte?lieu=crowd")
    assert it.open_link == ""


def test_a_crowded_compartment_names_a_few_machines_and_counts_the_others():
    it = large("zone:z3", Board(machines={}, assets={AssetId("a10"): 0.9}))
    assert len(it.unseen) == MOST_MACHINES
    assert it.unseen_left == it.place.assets - MOST_MACHINES
    assert [name for name, *_ in it.suspects] == ["PC-00010"]
    assert "ouvert=zone%3Az3" in it.open_link


def test_a_group_tells_its_leaks():
    zones = [zone for zone in large_hospital(60, 0, 0).zones if zone.kind == "office"]
    leak = LeakLine(from_=zones[0].id, to=ZoneId("z0"), src=None, dst=None, first=NOON, last=NOON)
    assert len(large("kind:office", Board(leaks=(leak,))).leaks) == 1


def test_a_place_that_is_not_there_has_no_details():
    assert night("zone:nowhere") is None
    assert night("") is None
