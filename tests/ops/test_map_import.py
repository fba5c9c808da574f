from datetime import UTC, datetime

import pytest

from cloison.errors import BadMapError, BadValueError
from cloison.ops.map_import import bring_map, difference, take_up
from cloison.store.database import Database
from cloison.store.logbook import entries
from cloison.store.map_versions import versions

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DORA = ("d", "Dora L.")
FIRST = 'format = 1\nname = "CH"\n[[zone]]\nid = "a"\nname = "A"\nkind = "office"\n'
SECOND = FIRST.replace('name = "A"', 'name = "AA"') + '[[zone]]\nid = "b"\nname = "B"\nkind = "server"\n'


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def bring(database, path, text, note=""):
    return bring_map(database, path, text.encode(), note=note, by=DORA, now=NOW)


def test_a_map_is_put_in_place_and_the_one_before_it_is_kept(tmp_path, database):
    path = tmp_path / "hospital.toml"
    path.write_text(FIRST, encoding="utf-8")
    assert len(bring(database, path, SECOND, "le laboratoire").zones) == 2
    assert path.read_text(encoding="utf-8") == SECOND
    assert path.stat().st_mode & 0o077 == 0
    assert [(one.by, one.note) for one in versions(database)] == [("Dora L.", "le laboratoire"), ("", "")]
    assert "version 2 of the map" in str(entries(database)[0].draft.text)


def test_a_map_with_a_mistake_changes_nothing_and_each_mistake_has_its_line(tmp_path, database):
    path = tmp_path / "hospital.toml"
    path.write_text(FIRST, encoding="utf-8")
    with pytest.raises(BadMapError) as told:
        bring(database, path, FIRST.replace('"office"', '"offices"'))
    assert [fault.line for fault in told.value.faults] == [6]
    assert path.read_text(encoding="utf-8") == FIRST
    assert versions(database) == ()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * (33 * 2**20)])
def test_what_is_no_text_or_too_large_is_refused(tmp_path, database, content):
    with pytest.raises((BadValueError, BadMapError)):
        bring_map(database, tmp_path / "hospital.toml", content, note="", by=DORA, now=NOW)
    assert not (tmp_path / "hospital.toml").exists()


def test_what_a_version_changed_is_told_by_entries_and_line_by_line(tmp_path, database):
    path = tmp_path / "hospital.toml"
    bring(database, path, FIRST)
    bring(database, path, SECOND)
    (zones,), lines = difference(database, 2)
    assert (zones.table, zones.added, zones.removed, zones.changed) == ("zones", ("b",), (), ("a",))
    assert '+name = "AA"' in lines
    (first,), _ = difference(database, 1)
    assert first.added == ("a",)


def test_an_earlier_version_is_taken_up_as_a_new_one(tmp_path, database):
    path = tmp_path / "hospital.toml"
    bring(database, path, FIRST)
    bring(database, path, SECOND)
    take_up(database, path, 1, by=DORA, now=NOW)
    assert path.read_text(encoding="utf-8") == FIRST
    assert [one.number for one in versions(database)] == [3, 2, 1]
