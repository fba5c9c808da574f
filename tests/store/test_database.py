import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from cloison.errors import DatabaseError
from cloison.store.database import Database
from cloison.store.tables import attempts

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


def test_only_its_owner_may_read_the_database_and_its_journals(tmp_path):
    home = tmp_path / "home"
    database = Database.at(home)
    with database.write("cases"):
        pass
    assert {path.name for path in home.iterdir()} == {"cloison.db", "cloison.db-wal", "cloison.db-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()} == {0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_write_moves_the_number_of_its_topics_only(tmp_path):
    database = Database.at(tmp_path)
    with database.write("cases", "logbook"):
        pass
    with database.write("logbook"):
        pass
    with database.write():
        pass
    assert database.revisions() == {"cases": 1, "logbook": 2}
    assert database.revision() == 3
    assert database.revision("logbook") == 2
    assert database.revision("nothing yet") == 0


def test_a_write_that_fails_leaves_nothing_not_even_its_number(tmp_path):
    database = Database.at(tmp_path)

    def write():
        with database.write("cases") as connection:
            connection.execute(insert(attempts).values(key="a", failures=1, last_at=NOW))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    with database.read() as connection:
        assert connection.execute(select(attempts)).all() == []
    assert database.revision() == 0


def test_another_opening_sees_what_was_written(tmp_path):
    first, second = Database.at(tmp_path), Database.at(tmp_path)
    with first.write("cases"):
        pass
    assert second.revision("cases") == 1


def test_writers_at_the_same_time_take_turns(tmp_path):
    databases = [Database.at(tmp_path) for _ in range(4)]

    def write(place):
        with databases[place % 4].write(*(("b", "a") if place % 2 else ("a", "b"))):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert databases[0].revisions() == {"a": 40, "b": 40}


def test_the_same_key_twice_is_told_as_such(tmp_path):
    database = Database.at(tmp_path)

    def write():
        with database.write() as connection:
            connection.execute(insert(attempts).values(key="a", failures=1, last_at=NOW))

    write()
    with pytest.raises(IntegrityError):
        write()


@pytest.mark.parametrize("url", ["", "nonsense", "oracle://host/x", "sqlite://", "mysql://a:b@host/x"])
def test_an_address_that_names_no_database_of_ours_is_refused(url):
    with pytest.raises(DatabaseError, match="no database's address"):
        Database(url)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="does not answer"):
        Database.at(tmp_path / "file" / "home")


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "cloison.db").write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        Database.at(tmp_path)


def test_a_password_is_never_told():
    with pytest.raises(DatabaseError) as refused:
        Database("postgresql://cloison:s3cret@127.0.0.1:1/nowhere")
    assert "s3cret" not in str(refused.value)


def test_without_its_driver_postgresql_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match="not installed"):
        Database("postgresql://cloison@127.0.0.1:1/nowhere")


def test_the_environment_may_name_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOISON_DATABASE", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    Database.at(tmp_path / "home")
    assert (tmp_path / "elsewhere.db").is_file()
