import sqlite3
import tarfile
from datetime import UTC, datetime
from io import BufferedReader
from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ops.people import PASSWORD, entrance, someone

from cloison.errors import BadBackupError, BadValueError, MissingFileError
from cloison.model.logbook import Author, Draft
from cloison.model.sealing import Record, SealId, Step
from cloison.ops.backups import back_up, restore
from cloison.rehearse.shipped import shipped_map
from cloison.store import logbook
from cloison.store.accounts import everyone
from cloison.store.archive import opened_file
from cloison.store.database import Database
from cloison.store.home_key import HomeKey
from cloison.store.journal import Journal, records_now
from cloison.store.rows import PASSING, rows_of
from cloison.words import say

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
SECRET = "cinq mots sans aucun rapport"  # noqa: S105 - of nobody
LIGHT = 32


@pytest.fixture
def lived(tmp_path):
    """A home in which people and machines wrote."""
    folder = tmp_path / "first"
    folder.mkdir()
    with shipped_map() as path:
        copy(path, folder / "hospital.toml")
    (folder / "contacts.toml").write_text('[[contact]]\nfunction = "garde"\n')
    home = folder / ".cloison"
    database = Database.at(home)
    someone(database)
    HomeKey.of(home)
    logbook.write(database, Draft(author="A. Durand", kind=Author.PERSON, text=say("T0")), NOW)
    with Journal(home) as journal:
        journal.write(Record(at=NOW, step=Step.BEGIN, done=True, seal=SealId("a")))
    (home / "mutes.json").write_text("[]")
    for made_again in ("history", "watch", "kit"):
        (home / made_again).mkdir()
        (home / made_again / "large").write_text("x")
    (home / "secrets").mkdir()
    (home / "secrets" / "pare-feu").write_text("s3cret")
    return folder


def kept(folder, path, *, secrets=False):
    return back_up(
        path,
        SECRET,
        home=folder / ".cloison",
        map_file=folder / "hospital.toml",
        database=Database.at(folder / ".cloison"),
        secrets=secrets,
        now=NOW,
        kibibytes=LIGHT,
    )


def back(path, folder, *, secret=SECRET, force=False):
    return restore(
        path,
        secret,
        home=folder / ".cloison",
        map_file=folder / "hospital.toml",
        address=None,
        force=force,
        now=NOW,
    )


def test_a_home_comes_back_as_it_was_on_another_machine(lived, tmp_path):
    other = tmp_path / "other"
    kept(lived, tmp_path / "b", secrets=True)
    told = back(tmp_path / "b", other)
    assert told.doubts == ()
    assert told.chain == logbook.check(Database.at(lived / ".cloison"))
    for name in (
        "hospital.toml",
        "contacts.toml",
        ".cloison/mutes.json",
        ".cloison/cloison.key",
        ".cloison/doors.jsonl",
    ):
        assert (other / name).read_bytes() == (lived / name).read_bytes()
        assert (other / name).stat().st_mode & 0o077 == 0
    before, after = (rows_of(Database.at(one / ".cloison"), without=PASSING)[1] for one in (lived, other))
    assert after == before
    assert records_now(other / ".cloison") == records_now(lived / ".cloison")
    assert (other / ".cloison" / "secrets" / "pare-feu").read_text() == "s3cret"
    assert {one.name for one in other.iterdir()} == {".cloison", "hospital.toml", "contacts.toml"}


def test_a_person_signs_in_again_after_a_restore_with_secrets(lived, tmp_path):
    kept(lived, tmp_path / "b", secrets=True)
    back(tmp_path / "b", tmp_path / "other")
    door = entrance(tmp_path / "other" / ".cloison")
    from tests.ops.people import DESK  # noqa: PLC0415

    assert door.sign_in("a.durand", PASSWORD, DESK, now=NOW)


def test_what_is_secret_stays_out_unless_asked_for(lived, tmp_path):
    kept(lived, tmp_path / "b")
    with (
        opened_file(tmp_path / "b", SECRET) as opening,
        tarfile.open(fileobj=BufferedReader(opening), mode="r|gz") as inside,
    ):
        found = {entry.name: inside.extractfile(entry).read() for entry in inside}
    assert set(found) == {
        "manifest.json",
        "database.json",
        "map/hospital.toml",
        "map/contacts.toml",
        "home/doors.jsonl",
        "home/mutes.json",
    }
    assert b"argon2" not in found["database.json"]
    back(tmp_path / "b", tmp_path / "other")
    assert [one.login for one in everyone(Database.at(tmp_path / "other" / ".cloison"))] == ["a.durand"]


def test_nothing_is_replaced_without_being_told_to_and_nothing_is_ever_deleted(lived, tmp_path):
    kept(lived, tmp_path / "b")
    (lived / ".cloison" / "mutes.json").write_text("[1]")
    (lived / "hospital.toml").write_text("format = 1\nname = 'x'\n")
    with pytest.raises(BadValueError, match="--force"):
        back(tmp_path / "b", lived)
    assert (lived / ".cloison" / "mutes.json").read_text() == "[1]"
    told = back(tmp_path / "b", lived, force=True)
    assert (lived / ".cloison" / "mutes.json").read_text() == "[]"
    stamp = "before-20260304T010000Z"
    assert told.aside == (str(lived / f".cloison.{stamp}"), str(lived / f"hospital.toml.{stamp}"))
    assert (lived / f".cloison.{stamp}" / "mutes.json").read_text() == "[1]"
    assert (lived / f"hospital.toml.{stamp}").read_text().endswith("'x'\n")


def test_another_passphrase_or_a_missing_end_touches_nothing(lived, tmp_path):
    kept(lived, tmp_path / "b")
    with pytest.raises(BadBackupError):
        back(tmp_path / "b", tmp_path / "other", secret="another one")  # noqa: S106 - of nobody
    (tmp_path / "short").write_bytes((tmp_path / "b").read_bytes()[:-1])
    with pytest.raises(BadBackupError):
        back(tmp_path / "short", tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_backup_with_an_altered_bit_brings_nothing_back(lived, tmp_path, data):
    if not (tmp_path / "b").exists():
        kept(lived, tmp_path / "b")
    content = bytearray((tmp_path / "b").read_bytes())
    content[data.draw(st.integers(60, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "altered").write_bytes(content)
    with pytest.raises(BadBackupError):
        back(tmp_path / "altered", tmp_path / "other")


def test_a_logbook_that_was_altered_before_the_backup_comes_back_and_is_told(lived, tmp_path):
    with sqlite3.connect(lived / ".cloison" / "cloison.db") as raw:
        raw.execute("UPDATE logbook SET author = 'somebody else'")
    kept(lived, tmp_path / "b")
    told = back(tmp_path / "b", tmp_path / "other")
    assert told.chain.broken_at == 1
    assert "altered at entry 1" in str(told.doubts[0])


def test_an_empty_place_makes_no_backup(tmp_path):
    (tmp_path / ".cloison").mkdir()
    with pytest.raises(MissingFileError, match="nothing to keep"):
        kept(tmp_path, tmp_path / "b")
