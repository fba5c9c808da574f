import os
import stat
from datetime import UTC, datetime, timedelta
from shutil import copy
from threading import Event

import pytest
from tests.enforce.wards import hospital

from cloison.errors import BadMapError
from cloison.model.crisis import Form
from cloison.model.hospital import CareServiceId
from cloison.ops.crisis_care import PROCEDURES
from cloison.ops.kit import gather, keep_fresh, kit_file, known_database, made_at, points_in_order, refresh
from cloison.rehearse.shipped import shipped_map
from cloison.store.database import Database
from cloison.store.decisions import count_forms
from cloison.store.hospital_file import load, save
from cloison.store.settings import ON_CALL, OnCall
from cloison.words import say

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.fixture
def map_file(tmp_path):
    with shipped_map() as path:
        copy(path, tmp_path / "hospital.toml")
    return tmp_path / "hospital.toml"


def test_the_backups_come_first_and_care_last(map_file):
    points, left_out = points_in_order(load(map_file))
    assert left_out == 0
    assert str(points[0].point.id) == "armoire-sauvegardes"
    assert str(points[-1].point.id) == "commutateur-biomedical"
    assert all(door.first for door in points[0].doors)


def test_each_door_that_can_be_shut_is_on_one_sheet(map_file):
    known = load(map_file)
    printed = [conduit.id for point in points_in_order(known)[0] for door in point.doors for conduit in door.conduits]
    assert sorted(printed) == sorted(one.id for one in known.conduits if one.enforced_by is not None)


def test_a_door_says_which_care_it_stops_and_what_its_lifelines_spare(map_file):
    doors = [door for point in points_in_order(load(map_file))[0] for door in point.doors]
    stopping = [door for door in doors if door.stops]
    assert stopping
    assert all(set(door.stops_at_lifeline) <= set(door.stops) for door in doors)


def test_the_kit_of_the_invented_hospital_is_for_exercises(map_file, tmp_path):
    assert gather(map_file, None, now=NOW).drill
    save(tmp_path / "ours.toml", hospital())
    assert not gather(tmp_path / "ours.toml", None, now=NOW).drill


def test_the_kit_holds_what_people_wrote_in_the_console(map_file, tmp_path):
    database = Database.at(tmp_path / "home")
    ON_CALL.change(database, OnCall(name="A. Durand", telephone="06"), by="x", now=NOW)
    PROCEDURES.change(database, {"smur": "Radio de secours"}, by="x", now=NOW)
    form = Form(service=CareServiceId("smur"), name="Fiche", count=40, place="box", at=NOW, person="x")
    count_forms(database, form)
    kit = gather(map_file, known_database(tmp_path / "home"), now=NOW)
    assert (kit.on_call, kit.procedures, kit.forms) == (("A. Durand", "06"), {"smur": "Radio de secours"}, (form,))


def test_printing_makes_no_database(tmp_path):
    assert known_database(tmp_path / "home") is None
    assert not (tmp_path / "home").exists()


def test_a_kit_that_is_a_day_old_is_made_again_and_a_fresh_one_is_not(map_file, tmp_path):
    now = datetime.now(UTC)
    os.utime(map_file, (0, 0))
    assert made_at(tmp_path) is None
    assert refresh(tmp_path, map_file, lambda: b"one", now=now)
    assert not refresh(tmp_path, map_file, lambda: b"two", now=now + timedelta(hours=20))
    assert refresh(tmp_path, map_file, lambda: b"three", now=now + timedelta(hours=24))
    assert kit_file(tmp_path).read_bytes() == b"three"
    assert stat.S_IMODE(kit_file(tmp_path).stat().st_mode) == 0o600


def test_a_map_that_changed_makes_a_kit_at_once_and_no_map_makes_none(map_file, tmp_path):
    now = datetime.now(UTC)
    refresh(tmp_path, map_file, lambda: b"one", now=now)
    os.utime(map_file, (now.timestamp() + 60, now.timestamp() + 60))
    assert refresh(tmp_path, map_file, lambda: b"two", now=now)
    assert not refresh(tmp_path, tmp_path / "none.toml", lambda: b"three", now=now + timedelta(days=3))


def test_a_kit_is_kept_fresh_in_the_background_whatever_goes_wrong(map_file, tmp_path):
    made = Event()

    def render():
        made.set()
        raise BadMapError((), fix=say("correct it"), where="hospital.toml")

    thread = keep_fresh(tmp_path, map_file, render, clock=lambda: datetime.now(UTC))
    assert made.wait(60)
    thread.join(0.05)
    assert thread.is_alive()
    assert made_at(tmp_path) is None
