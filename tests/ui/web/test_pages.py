import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.ui.web.stories import mapless_story, night_story, quiet_story

import cloison.ui
from cloison.model.plan import Status
from cloison.ui.languages import Translator
from cloison.ui.web.pages import Pages

STORIES = {"night": night_story, "quiet": quiet_story, "mapless": mapless_story}
PAGES = ("situation", "passages")
SHEET = {"compartments", "leaks", "suspects", "unjudged"}


class Recording(Translator):
    """French that remembers which templates it had no words for."""

    def __init__(self):
        super().__init__("fr", "Europe/Paris")
        self.missing = set()

    def translate(self, template, plural=None, count=None):
        if template not in self._messages and template != "{text}":
            self.missing.add(template)
        return super().translate(template, plural, count)


def text_of(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture(scope="module")
def night():
    return Pages(night_story(), Translator("fr", "Europe/Paris"))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_every_page_has_its_french(story, page):
    french = Recording()
    getattr(Pages(STORIES[story](), french), page)()
    assert french.missing == set()


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("page", PAGES)
def test_ids_are_unique_and_every_local_link_leads_somewhere(story, page):
    pages = Pages(STORIES[story](), Translator("fr", "Europe/Paris"))
    seen = _Seen()
    seen.feed(getattr(pages, page)())
    assert len(seen.ids) == len(set(seen.ids))
    for link in seen.links:
        address, _, anchor = link.partition("#")
        if anchor:
            elsewhere = {"/carte/feuille": SHEET, "/carte": {"details"}}
            assert anchor in elsewhere.get(address.partition("?")[0], seen.ids)


class _Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.extend([given["id"]] if "id" in given else [])
        self.links.extend([given["href"]] if tag == "a" else [])


def test_care_hours_stand_beside_doing_nothing(night):
    text = text_of(night.situation())
    assert "38 heures de soins perdues avec le plan si rien n’est fait : 1 640" in text
    assert "Dossiers exposés : 4 200 au lieu de 310 000. Meilleur plan, prouvé (écart 0 %)." in text


def test_a_plan_without_its_proof_says_so():
    story = night_story()
    unproved = replace(story, plan=replace(story.plan, status=Status.FEASIBLE, gap=0.032))
    text = text_of(Pages(unproved, Translator("fr", "Europe/Paris")).situation())
    assert "Non prouvé : un meilleur plan gagnerait au plus 3,2 %." in text
    assert "Meilleur plan, prouvé" not in text


def test_the_page_says_that_it_proposes_and_offers_no_way_to_act(night):
    page = night.situation()
    assert "Cette page propose et n’agit pas" in text_of(page)
    assert "<form" not in page
    assert "<button" not in page


def test_the_clock_says_when_the_alert_came_after_the_first_act(night):
    text = text_of(night.situation())
    assert "T0 02:24" in text
    assert "premier acte à 01:50, alerte 34 min après" in text


def test_a_finding_is_one_click_from_its_records(night):
    page = night.situation()
    assert "T1021.002 · 14 traces" in text_of(page)
    assert "journaux/conn.log:1042" in page


def test_an_exercise_is_marked_on_every_page_and_the_real_thing_on_none(night):
    real = Pages(replace(night_story(), drill=False), Translator("fr"))
    for page in PAGES:
        assert "EXERCICE" in getattr(night, page)()
        assert "EXERCICE" not in getattr(real, page)()


def test_what_was_refused_is_said(night):
    assert "refusé : journaux/notes.docx aucun format ne le reconnaît" in text_of(night.situation())


def test_without_a_finding_a_plan_or_a_map_the_page_says_what_to_do_next():
    text = text_of(Pages(mapless_story(), Translator("fr")).situation())
    assert "cloison learn" in text
    assert "cloison plan --suspect" in text
    assert "Cela ne prouve pas que personne n’est entré" in text


def test_the_sheet_lists_each_door_with_place_person_and_time(night):
    text = text_of(night.passages())
    assert "Local 1B, armoire du fond, câble rouge cable-sauvegardes , à la main Technicien de garde 10 min" in text


def test_english_is_a_whole_language_too():
    text = text_of(Pages(night_story(), Translator("en", "Europe/Paris")).situation())
    assert "38 care-hours lost with the plan if nothing is done: 1,640" in text
    assert "fermée" not in text


def words_of(catalogue):
    """Give what a catalogue says, kinds of space apart."""
    return {
        str(message.id): re.sub(r"\s", " ", str(message.string).replace("\\xa0", " "))
        for message in read_po(BytesIO(catalogue.read_bytes()), locale="fr")
        if message.id
    }


def test_the_page_and_the_other_rooms_use_the_same_words():
    folder = Path(cloison.ui.__file__).parent / "catalogues" / "fr"
    web = words_of(folder / "web.po")
    for catalogue in folder.glob("*.po"):
        other = words_of(catalogue)
        assert {key: other[key] for key in other.keys() & web} == {key: web[key] for key in other.keys() & web}
