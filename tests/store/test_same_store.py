"""The store's own tests once more, on a real PostgreSQL; and a backup that goes from one database to the other."""

from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from inspect import getmembers, isfunction, signature

import pytest
from sqlalchemy import text
from tests.ops.people import someone
from tests.store.server import fresh_database
from tests.store.test_sessions import ANNE
from tests.store.test_tokens import TOKEN

from cloison.errors import BadValueError
from cloison.model.logbook import Author, Draft
from cloison.model.people import Visitor
from cloison.ops.backups import back_up, restore
from cloison.store import logbook
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.reads import note_read, reads_kept
from cloison.store.rows import replace_rows, rows_of
from cloison.store.tokens import add_token
from cloison.words import say

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
SECRET = "cinq mots sans aucun rapport"  # noqa: S105 - of nobody
FILES = ("accounts", "cases", "decisions", "drills", "logbook", "notices", "sessions", "tokens")
WHO_IS_THERE = {"sessions", "tokens"}
"""Files whose tests begin with a person."""


def theirs():
    for name in FILES:
        module = import_module(f"tests.store.test_{name}")
        for title, test in getmembers(module, isfunction):
            if title.startswith("test_") and list(signature(test).parameters) == ["database"]:
                yield pytest.param(name, test, id=f"{name}-{title.removeprefix('test_')}")


@pytest.fixture(scope="module")
def opened(server):
    with fresh_database(server, "essai") as address, closing(Database(address)) as database:
        yield database


@pytest.fixture
def database(opened):
    replace_rows(opened, {})
    return opened


@pytest.fixture
def address(server):
    with fresh_database(server, "autre") as address:
        yield address


def write(database, n):
    return logbook.write(database, Draft(author="A. Durand", kind=Author.PERSON, text=say("entry {n}", n=n)), NOW)


@pytest.mark.parametrize(("name", "test"), tuple(theirs()))
def test_what_holds_on_sqlite_holds_here(database, name, test):
    if name in WHO_IS_THERE:
        add_person(database, ANNE)
    if name == "tokens":
        add_token(database, TOKEN, "digest")
    test(database)


def test_a_reader_sees_one_moment(database):
    write(database, 1)
    with database.read() as connection:
        before = connection.execute(text("SELECT count(*) FROM logbook")).scalar()
        write(database, 2)
        assert connection.execute(text("SELECT count(*) FROM logbook")).scalar() == before


def test_a_backup_goes_from_one_sort_of_database_to_the_other_and_back(tmp_path, address):
    home = tmp_path / "lite"
    with closing(Database.at(home)) as lite:
        person = someone(lite)
        for n in range(3):
            write(lite, n)
        note_read(lite, visitor_of(person), "carte", address="10.0.0.7", now=NOW)
        keep(tmp_path / "1", home, lite)
        before = rows_of(lite)[1]
    bring_back(tmp_path / "1", tmp_path / "b", address)
    with closing(Database(address)) as post:
        assert rows_of(post)[1] == before
        # Counters go on after the rows that were put in.
        note_read(post, visitor_of(person), "carte", address="10.0.0.7", now=NOW)
        assert [number for number, _ in reads_kept(post)] == [2, 1]
        write(post, 4)
        keep(tmp_path / "2", tmp_path / "b", post)
        after = rows_of(post)[1]
    bring_back(tmp_path / "2", tmp_path / "c", None)
    with closing(Database.at(tmp_path / "c")) as lite:
        assert rows_of(lite)[1] == after
        assert logbook.check(lite).entries == 4
    with pytest.raises(BadValueError, match="--force"):
        bring_back(tmp_path / "1", tmp_path / "d", address)
    assert not (tmp_path / "d").exists()
    bring_back(tmp_path / "1", tmp_path / "d", address, force=True)
    with closing(Database(address)) as post:
        assert rows_of(post)[1] == before


def visitor_of(person):
    return Visitor(name=person.name, rights=frozenset(), person=person)


def keep(path, home, database):
    back_up(
        path, SECRET, home=home, map_file=home / "hospital.toml", database=database, secrets=True, now=NOW, kibibytes=32
    )


def bring_back(path, home, address, *, force=False):
    restore(path, SECRET, home=home, map_file=home.with_suffix(".toml"), address=address, force=force, now=NOW)
