import json
from datetime import UTC, datetime

import pytest

from cloison.errors import BadBackupError
from cloison.model.logbook import Author, Draft
from cloison.store import logbook
from cloison.store.database import Database
from cloison.store.rows import PASSING, is_empty, replace_rows, rows_of, scratch
from cloison.store.settings import ON_CALL, OnCall
from cloison.words import say

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


def filled(folder):
    database = Database.at(folder)
    for n in range(3):
        logbook.write(database, Draft(author="A. Durand", kind=Author.PERSON, text=say("entry {n}", n=n)), NOW)
    ON_CALL.change(database, OnCall(name="A. Durand"), by="x", now=NOW)
    return database


def test_rows_go_through_json_into_another_database_and_the_chain_holds(tmp_path):
    first, other = filled(tmp_path / "a"), Database.at(tmp_path / "b")
    revision, rows = rows_of(first, without=PASSING)
    assert is_empty(other)
    assert not is_empty(first)
    with scratch(tmp_path, revision, json.loads(json.dumps(rows))) as kept:
        replace_rows(other, rows_of(kept)[1])
    assert rows_of(other)[1] == rows_of(first)[1]
    assert logbook.check(other) == logbook.check(first)
    assert ON_CALL.of(other).name == "A. Durand"
    logbook.write(other, Draft(author="B", kind=Author.PERSON, text=say("entry {n}", n=4)), NOW)
    assert logbook.check(other).broken_at is None


@pytest.mark.parametrize("rows", [{"nowhere": [{"a": 1}]}, {"logbook": [{"number": "x", "nothing": 1}]}])
def test_rows_that_are_not_ours_are_refused(tmp_path, rows):
    revision, _ = rows_of(Database.at(tmp_path / "a"))
    with pytest.raises(BadBackupError), scratch(tmp_path, revision, rows):
        pass


def test_rows_of_a_newer_cloison_are_refused(tmp_path):
    with pytest.raises(BadBackupError), scratch(tmp_path, "of-tomorrow", {}):
        pass
