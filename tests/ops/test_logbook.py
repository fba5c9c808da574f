import csv
import io
from datetime import UTC, datetime

import pytest
from tests.ops.crisis_room import ANNE, desk_at

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.logbook import Author
from cloison.ops.logbook import LONGEST, add, as_csv, as_documents, everything, find
from cloison.store.database import Database

NOW = datetime(2026, 1, 1, 2, 41, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def said(database, text, **more):
    return add(database, text, account="a", person="Anne D.", now=NOW, **more)


def test_an_entry_is_one_line_of_a_person_at_a_moment(database):
    entry = said(database, "  directeur de garde\nprévenu ")
    assert str(entry.draft.text) == "directeur de garde prévenu"
    assert (entry.draft.author, entry.draft.kind, entry.at, entry.draft.case) == ("Anne D.", Author.PERSON, NOW, "")


def test_while_an_incident_is_open_entries_are_about_it(tmp_path):
    desk = desk_at(tmp_path)
    case = desk.open_by_hand("bureau", 0.7, "", ANNE)
    assert said(desk.database, "câble retiré").draft.case == case
    desk.close(case, "fausse alerte", ANNE)
    assert said(desk.database, "tout est calme").draft.case == ""
    desk.worker.stop()
    desk.database.close()


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1)])
def test_an_entry_without_words_or_without_end_is_refused(database, text):
    with pytest.raises(BadValueError):
        said(database, text)
    assert everything(database) == ()


def test_an_entry_can_correct_only_one_that_is_there(database):
    said(database, "02:50 câble retiré")
    assert said(database, "02:52", refers_to=1).draft.refers_to == 1
    with pytest.raises(UnknownIdError):
        said(database, "02:52", refers_to=7)


def test_entries_are_found_by_their_words_and_by_who_wrote_them(database):
    for number in range(30):
        said(database, f"ligne {number}")
    said(database, "Réanimation prévenue")
    assert [entry.number for entry in find(database, str, text="RÉANIMATION")] == [31]
    assert len(find(database, str, text="anne d")) == 31
    assert [entry.number for entry in find(database, str, text="ligne", before=11, limit=3)] == [10, 9, 8]
    assert [entry.number for entry in find(database, str, limit=2)] == [31, 30]
    assert find(database, str, kind=Author.MACHINE) == ()


def test_what_is_taken_away_is_whole_in_order_and_no_formula(database):
    said(database, "=HYPERLINK(1)")
    said(database, "deux; trois", refers_to=1)
    rows = list(csv.DictReader(io.StringIO(as_csv(everything(database), str)), delimiter=";"))
    assert [row["text"] for row in rows] == ["'=HYPERLINK(1)", "deux; trois"]
    assert rows[1]["corrects"] == "1"
    documents = as_documents(everything(database), str)
    assert [document["text"] for document in documents] == ["=HYPERLINK(1)", "deux; trois"]
    assert documents[0]["at"] == "2026-01-01T02:41:00Z"
