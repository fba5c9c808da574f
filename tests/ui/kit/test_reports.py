import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from tests.store.test_cases import case_of

from cloison.model.logbook import Author, Chain, Draft
from cloison.ops.crisis_lessons import lessons
from cloison.store import logbook
from cloison.store.database import Database
from cloison.ui.kit.reports import MOST_ENTRIES, QUESTIONS, _stream, lessons_pdf, logbook_pdf
from cloison.ui.languages import Translator
from cloison.words import verbatim

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
FRENCH = Translator("fr", "UTC")
HOSTILE = '#panic("x") = <titre> $1$ *gras* \u202etxt.exe'


def read(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def entries(tmp_path):
    database = Database.at(tmp_path)
    for text in ("Directeur de garde prévenu", HOSTILE):
        logbook.write(database, Draft(author="A. Durand", account="a", kind=Author.PERSON, text=verbatim(text)), NOW)
    found = tuple(reversed(logbook.entries(database)))
    database.close()
    return found


def test_the_lessons_say_the_clock_leave_room_to_write_and_tell_the_logbook(entries):
    case = replace(case_of(), drill=True)
    text = read(lessons_pdf(case, lessons(case, ()), entries, None, FRENCH, now=NOW))
    assert "RETEX" in text
    assert "EXERCICE" in text
    assert "premier geste de l’intrus" in text
    assert "n’a pas eu lieu" in text
    assert text.count("?") >= len(QUESTIONS)
    assert "bien marché" in text
    assert "Directeur de garde prévenu" in text
    assert "page 1 sur" in text


def test_what_somebody_wrote_is_text_and_nothing_else(entries):
    text = read(logbook_pdf(entries, Chain(entries=2, broken_at=None, hash="abc"), None, FRENCH, now=NOW))
    assert '#panic("x") = <titre> $1$ *gras*' in text
    assert "\u202e" not in text
    assert "2 entrées, chacune telle qu’elle a été écrite" in text
    assert "abc" in text


def test_an_altered_logbook_says_so_on_paper(entries):
    text = read(logbook_pdf(entries, Chain(entries=1, broken_at=2, hash=""), None, FRENCH, now=NOW))
    assert "2 a été modifiée" in text or "modifiée, manque" in text


def test_a_logbook_of_a_whole_year_is_cut_and_says_how_much(entries):
    many = (entries[0],) * (MOST_ENTRIES + 3)
    stream = _stream(many, FRENCH, FRENCH)
    assert len(stream["rows"]) == MOST_ENTRIES
    assert stream["lines"] == ["3 entrées plus anciennes sont laissées de côté."]
