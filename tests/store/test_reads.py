from datetime import UTC, datetime, timedelta

from cloison.model.people import Right, Visitor
from cloison.store.database import Database
from cloison.store.reads import forget_reads, note_read, reads_kept

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
ANNE = Visitor(name="A. Durand", rights=frozenset({Right.READ}), token="t1")  # noqa: S106 - the name of one


def test_readings_come_back_the_latest_first_page_by_page(tmp_path):
    database = Database.at(tmp_path)
    for minute in range(5):
        note_read(database, ANNE, f"page {minute}", address="10.0.0.1", now=NOW + timedelta(minutes=minute))
    first = reads_kept(database, most=3)
    assert [read.what for _, read in first] == ["page 4", "page 3", "page 2"]
    assert [read.what for _, read in reads_kept(database, before=first[-1][0])] == ["page 1", "page 0"]
    assert first[0][1].who == "A. Durand"
    assert first[0][1].token == ANNE.token


def test_old_readings_are_forgotten(tmp_path):
    database = Database.at(tmp_path)
    for day in range(3):
        note_read(database, ANNE, str(day), address="", now=NOW + timedelta(days=day))
    assert forget_reads(database, before=NOW + timedelta(days=2)) == 2
    assert [read.what for _, read in reads_kept(database)] == ["2"]


def test_a_reading_stirs_no_page(tmp_path):
    database = Database.at(tmp_path)
    note_read(database, ANNE, "carte", address="", now=NOW)
    assert database.revision() == 0
