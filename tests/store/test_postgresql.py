"""The same store in a real PostgreSQL, started for these tests in a folder of its own."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

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
ORDINARY = "essai"
"""PostgreSQL refuses to be run by root: this user runs it where the tests are root's."""


def folder_of_programs() -> Path | None:
    known = [Path(found).parent] if (found := shutil.which("initdb")) else []
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in known if (folder / "initdb").exists()), None)


def run(program: Path, *arguments: str) -> None:
    command = [str(program), *arguments]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", *command]
    subprocess.run(command, check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def url():
    programs = folder_of_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (initdb)")
    folder = Path(mkdtemp(prefix="cloison-pg-"))
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, ORDINARY, ORDINARY)
        except LookupError:
            pytest.skip(f"PostgreSQL does not run as root, and there is no user {ORDINARY!r}")
    data = folder / "data"
    run(programs / "initdb", "-D", str(data), "-A", "trust", "-U", "cloison", "--no-sync", "-E", "UTF8")
    quiet = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    run(programs / "pg_ctl", "-D", str(data), "-o", quiet, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql://cloison@/postgres?host={folder}"
    run(programs / "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


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
        Database(url.replace("/postgres?", "/nowhere?"))
