"""The same store in a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from tests.store.server import fresh_database

from cloison.errors import BadValueError, DatabaseError
from cloison.model.logbook import Author, Draft
from cloison.model.people import Person, PersonId, Right, Role, Visitor
from cloison.store import accounts, logbook, reads, sessions
from cloison.store.database import Database
from cloison.store.settings import LOCKING, Locking
from cloison.store.tables import metadata
from cloison.words import verbatim

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
ANNE = Person(id=PersonId("p1"), login="a.durand", name="A. Durand", role=Role.ON_CALL, created_at=NOW)


@pytest.fixture(scope="module")
def url(server):
    with fresh_database(server, "commun") as address:
        yield address


@pytest.fixture(scope="module")
def database(url):
    made = Database(url)
    yield made
    made.close()


def test_two_servers_that_start_together_make_the_declared_tables(url):
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: Database(url), range(4)))
    with databases[0].read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
    for one in databases:
        one.close()


def test_writers_at_the_same_time_take_turns_whatever_the_order_of_their_topics(database):
    before = database.revisions()

    def write(place):
        with database.write(*(("b", "a") if place % 2 else ("a", "b"))):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert database.revisions() == {**before, "a": 40, "b": 40}


def test_the_logbooks_chain_grows_at_one_end_under_many_writers(database):
    def write(number):
        draft = Draft(author="A. Durand", kind=Author.PERSON, text=verbatim(f"entrée {number}"))
        return logbook.write(database, draft, NOW).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert logbook.check(database).broken_at is None


def test_people_sessions_and_settings_come_back_as_they_were(database):
    accounts.add_person(database, ANNE)
    assert accounts.person_of(database, login="a.durand") == ANNE
    with pytest.raises(BadValueError, match="already an account"):
        accounts.add_person(database, ANNE)
    session = sessions.Session(
        digest="d",
        person=ANNE.id,
        stage=sessions.Stage.OPEN,
        csrf="c",
        created_at=NOW,
        seen_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )
    sessions.add_session(database, session)
    assert sessions.session_of(database, "d", now=NOW) == session
    LOCKING.change(database, Locking(idle_minutes=3), by="A", now=NOW)
    assert LOCKING.of(database) == Locking(idle_minutes=3)
    reads.note_read(database, Visitor(name="A", rights=frozenset({Right.READ})), "carte", address="", now=NOW)
    assert reads.reads_kept(database)[0][1].what == "carte"


def test_a_database_that_is_not_there_is_told(url):
    with pytest.raises(DatabaseError, match="does not answer"):
        Database(url.replace("/commun?", "/nowhere?"))
