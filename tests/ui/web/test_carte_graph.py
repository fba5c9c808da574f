import json
from html import unescape

from markupsafe import Markup
from tests.chart.large_maps import large_hospital
from tests.ui.web.stories import night_story

from cloison.chart.outlook import MOST_PLACES, MOST_TIES, Board
from cloison.ops.overview import Overview, of_story
from cloison.ui.languages import Translator
from cloison.ui.web.carte import Carte, Grounds
from cloison.ui.web.carte_graph import graph_of, written
from cloison.ui.web.carte_query import Query
from cloison.ui.web.speech import Speech

FRENCH = Speech(Translator("fr", "Europe/Paris"))


def night_graph(query=None):
    story = night_story()
    return graph_of(Carte(Grounds(story.hospital), of_story(story), query or Query(), FRENCH))


def test_the_plan_holds_places_in_places_and_the_ties_between_them():
    graph = night_graph()
    places = {place["id"]: place for place in graph["places"]}
    assert places["zone:sauvegardes"]["look"] == "kept"
    assert places["zone:serveurs-bureautiques"]["in"] == "kind:server"
    assert places["zone:serveurs-bureautiques"]["words"] == ["1 machine", "compromis 0,97"]
    assert all(place["in"] in {None, *places} for place in graph["places"])
    assert {tie[end] for tie in graph["ties"] for end in ("from", "to")} <= set(places)


def test_ties_say_their_doors_and_leaks():
    ties = {(tie["from"], tie["to"]): tie for tie in night_graph()["ties"]}
    assert ties["zone:gestion", "zone:sauvegardes"]["level"] == "closed"
    assert ties["zone:gestion", "zone:sauvegardes"]["words"] == ["1 passage", "1 fermée"]
    assert ties["zone:imagerie", "zone:reanimation"]["leaks"] == 1
    assert ties["zone:imagerie", "zone:reanimation"]["level"] == "none"


def test_the_place_whose_details_are_shown_is_marked():
    marked = [place["id"] for place in night_graph(Query(on="zone:urgences"))["places"] if place["on"]]
    assert marked == ["zone:urgences"]


def test_a_large_map_sends_only_what_is_shown():
    hospital = large_hospital(800, 4000, 6000)
    seen = Overview(hospital=hospital, board=Board(), planned=False, leaks=None, care={}, since=None, until=None)
    opened = tuple(f"zone:z{n}" for n in range(40))
    graph = graph_of(Carte(Grounds(hospital), seen, Query(opened=opened), FRENCH))
    assert len(graph["places"]) <= MOST_PLACES
    assert len(graph["ties"]) <= MOST_TIES


def test_what_is_written_in_an_attribute_is_escaped_once():
    document = {"name": "\"><script>alert('x')</script>"}
    text = written(document)
    assert isinstance(text, Markup)
    assert not set("<>\"'") & set(text)
    assert json.loads(unescape(text)) == document
