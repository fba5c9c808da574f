from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloison.model.sensor import Sensor
from cloison.ops.bulletin import bulletin
from cloison.store.database import Database
from cloison.store.sensors import update_sensors

NOW = datetime(2026, 3, 2, 2, 41, tzinfo=UTC)
HEARD = Sensor(id="conn", kind="zeek-tsv", last_record_at=NOW, heard_at=NOW)


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def test_in_a_new_home_nothing_is_wrong_and_no_kit_was_made(tmp_path, database):
    told = bulletin(tmp_path, database, "CH de l’Exemple", now=NOW)
    assert (told.at, told.hospital, told.cases, told.sensors, told.doors.at) == (NOW, "CH de l’Exemple", (), (), None)
    assert (told.kit_at, told.kit_old, told.wants_attention) == (None, True, False)


@pytest.mark.parametrize(("change", "wanted"), [({}, False), ({"quiet": True}, True), ({"lost": 4}, True)])
def test_a_sensor_that_is_silent_or_loses_wants_a_person(tmp_path, database, change, wanted):
    update_sensors(database, [replace(HEARD, heard_at=NOW - timedelta(hours=1), **change)])
    assert bulletin(tmp_path, database, "", now=NOW).wants_attention is wanted
