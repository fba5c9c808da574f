from datetime import UTC, datetime, timedelta

import pytest

from cloison.errors import BadValueError, UnknownIdError
from cloison.incident.incident import open_incident
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.model.finding import Barrier, Evidence, Finding, FindingId, Technique
from cloison.store import tables
from cloison.store.cases import cases, load_case, open_cases, save_case
from cloison.store.database import Database
from cloison.words import say, say_many

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def case_of(name="c1", *, status=CaseStatus.OPEN, hours=0):
    finding = Finding(
        id=FindingId("f1"),
        detector="sweep",
        technique=Technique("T1046"),
        barrier=Barrier.INFILTRATION,
        title=say("one title of {host}", host="10.0.0.1"),
        explanation=say_many(
            "{n} host since {when}, {why}", "{n} hosts since {when}, {why}", 3, when=NOON, why=say("twice {x}", x=2.0)
        ),
        confidence=0.9,
        sources=("10.0.0.1",),
        targets=("10.0.0.2",),
        first_seen=NOON,
        last_seen=NOON + timedelta(minutes=5),
        detected_at=NOON + timedelta(minutes=1),
        evidence=(Evidence(origin=4, record=12, note=say("seen at {text}", text="2026-03-02T12:00:00+00:00")),),
    )
    return Case(
        id=CaseId(name),
        incident=open_incident([finding], None),
        findings=(finding,),
        places=((4, "conn.log"),),
        status=status,
        opened_at=NOON + timedelta(hours=hours),
        changed_at=NOON + timedelta(hours=hours),
    )


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def test_a_case_comes_back_as_it_was_sentences_and_moments_included(database):
    case = case_of()
    save_case(database, case)
    assert load_case(database, case.id) == case


def test_a_case_saved_again_replaces_itself_and_moves_the_revision(database):
    save_case(database, case_of())
    before = database.revision("cases")
    closed = case_of(status=CaseStatus.CLOSED)
    save_case(database, closed)
    assert cases(database) == (closed,)
    assert open_cases(database) == ()
    assert database.revision("cases") > before


def test_the_latest_opened_comes_first(database):
    for name, hours in (("a", 0), ("b", 2), ("c", 1)):
        save_case(database, case_of(name, hours=hours))
    assert [case.id for case in open_cases(database)] == ["b", "c", "a"]


def test_a_case_that_is_not_there_is_said(database):
    with pytest.raises(UnknownIdError):
        load_case(database, CaseId("nowhere"))


def test_a_damaged_document_is_said(database):
    save_case(database, case_of())
    with database.write("cases") as connection:
        connection.execute(tables.cases.update().values(document='{"id": 3}'))
    with pytest.raises(BadValueError):
        load_case(database, CaseId("c1"))
