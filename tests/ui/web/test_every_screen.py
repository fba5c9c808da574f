"""What must hold on every screen, those that come later too."""

import re
from html.parser import HTMLParser

import pytest
from tests.ui.web.walks import HOSTILE, night, read

from cloison.model.people import Role

ALIKE = frozenset(
    {
        "Cloison",
        "English",
        "Français",
        "EXERCICE",
        "TOTP",
        "CSV",
        "PDF",
        "JSON",
        "min",
        # The same word in both languages.
        "Situation",
        "Machines",
        "Notifications",
        "Note",
        "Date",
        "Type",
        "Plan",
        "Code",
        "Action",
        "Passage",
        "Passages",
        "compartiments",
        "Internet",
        "normal",
        "Service",
        "Services",
        "notes",
        "Page",
        "Pages",
        "Total",
        "Version",
        "Administration",
        "suspect",
        "Sessions",
    }
)
"""Texts that may be the same in French and in English."""
HIDDEN = frozenset({"script", "style", "code", "bdi", "time", "option", "noscript", "pattern", "kbd", "output", "text"})
"""Where data stands, not words of ours; on a drawing, names cut in lines."""
EDGES = " ·()0123456789:,"


class Texts(HTMLParser):
    """Gathers what a page says, data apart, with the attributes that are read aloud."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "rect", "path"})

    def __init__(self):
        super().__init__()
        self.found, self._inside = set(), []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found.update(
            given[name]
            for name in ("aria-label", "title", "placeholder")
            if given.get(name) and "://" not in given[name]
        )
        if tag not in self.VOID:
            self._inside.append((tag, "lang" in given and tag != "html"))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        text = re.sub(r"\s+", " ", data).strip(EDGES)
        hidden = any(tag in HIDDEN or other for tag, other in self._inside)
        if not hidden and len(re.findall(r"[^\W\d_]", text)) > 2:
            self.found.update(part for part in text.split(" · ") if not re.fullmatch(r"Cloison [\d.]+", part))


def texts_of(page):
    made = Texts()
    made.feed(page)
    return made.found


def names_of(hospital):
    parts = (hospital.zones, hospital.assets, hospital.care_services)
    names = [hospital.name, *(each.name for part in parts for each in part)]
    return {name.strip(EDGES) for name in (*names, *(str(point.place) for point in hospital.enforcement_points))}


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Give every page of a night in French and in English, and the names that are data."""
    pages = {}
    with night(tmp_path_factory.mktemp("walked")) as shown:
        for role in (Role.CRISIS_DIRECTOR, Role.ADMINISTRATOR):
            with shown.browser(role) as client:
                for address in shown.pages:
                    told = [read(client, address, lang=lang) for lang in ("fr", "en")]
                    if all(one.status_code == 200 and "html" in one.headers["content-type"] for one in told):
                        pages[address, role] = [one.text for one in told]
        yield pages, names_of(shown.hospital)


def test_every_screen_was_walked(walked):
    pages, _ = walked
    addresses = {address for address, _ in pages}
    assert {"/carte", "/carte/feuille", "/soins", "/main-courante", "/exercices", "/reglages"} <= addresses


def test_every_text_of_every_screen_is_in_the_readers_language(walked):
    pages, names = walked
    untranslated = {}
    for (address, _), (french, english) in pages.items():
        alike = texts_of(french) & texts_of(english) - names - ALIKE
        data = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        words = {text for text in alike if re.search(r"[^\W\d_]{3}", re.sub(data, "", text))}
        if words:
            untranslated[address] = sorted(words)
    assert untranslated == {}


def test_every_screen_says_its_language_its_title_and_where_its_content_is(walked):
    pages, _ = walked
    for (address, _), told in pages.items():
        for language, page in zip(("fr", "en"), told, strict=True):
            if "<html" not in page:
                continue  # a part that a page asks for
            assert f'<html lang="{language}">' in page, address
            assert re.search(r"<title>\s*\S", page), address
            assert page.count("<main") == 1, address


def test_names_that_an_intruder_chose_are_only_text(tmp_path):
    with night(tmp_path, hostile=True) as shown, shown.browser() as client:
        views = [(address, {}) for address in shown.pages]
        views += [("/carte", {"vue": "plan"}), *(("/carte", {"chercher": text, "lieu": text}) for text in HOSTILE)]
        for address, asked in views:
            told = read(client, address, **asked)
            if "html" not in told.headers.get("content-type", ""):
                continue
            assert told.status_code < 500, address
            assert "<script>document" not in told.text, address
            assert "<img src=x" not in told.text, address
            assert "49{" not in told.text, address
