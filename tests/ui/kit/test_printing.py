import io
from datetime import UTC, datetime
from shutil import copy

import pytest
from pypdf import PdfReader

from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind
from cloison.ops.kit import gather
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import save
from cloison.ui.kit.printing import kit_pdf
from cloison.ui.languages import Translator

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kit")
    with shipped_map() as path:
        copy(path, folder / "hospital.toml")
    return PdfReader(io.BytesIO(kit_pdf(gather(folder / "hospital.toml", None, now=NOW), Translator("fr", "UTC"))))


def test_it_is_a4_and_every_page_says_which_of_how_many(printed):
    count = len(printed.pages)
    for number, page in enumerate(printed.pages, start=1):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
        text = page.extract_text()
        assert f"page {number} sur {count}" in text
        assert "TLP:AMBER" in text
        assert "EXERCICE" in text


def test_the_cover_is_one_page_and_each_reflex_card_too(printed):
    titles = [page.extract_text() for page in printed.pages]
    assert "Arbre d’appel" in titles[1]
    cards = [place for place, text in enumerate(titles) if "Fiche réflexe" in text]
    assert cards == list(range(cards[0], cards[0] + 5))


def test_accents_and_signs_are_in_the_faces_that_are_embedded(printed):
    text = "".join(page.extract_text() for page in printed.pages)
    assert all(sign in text for sign in "éèàçêÀ→●○◆✕")


def test_what_a_map_holds_is_never_read_as_markup(tmp_path):
    zone = Zone(id=ZoneId("a"), name="#panic() *x* $y$ </svg>", kind=ZoneKind.OFFICE)
    save(tmp_path / "hospital.toml", Hospital(name='#read("/etc/passwd")', zones=(zone,)))
    made = PdfReader(io.BytesIO(kit_pdf(gather(tmp_path / "hospital.toml", None, now=NOW), Translator("en"))))
    assert '#read("/etc/passwd")' in made.pages[0].extract_text()
