from datetime import UTC, datetime

from cloison.model.sensor import Sensor
from cloison.store.database import Database
from cloison.store.sensors import sensors, update_sensors
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def sensor(name, **other):
    return Sensor(**{"id": name, "kind": "zeek-tsv", "last_record_at": NOON, "heard_at": NOON, **other})


def test_each_sensor_is_told_once_as_it_last_was(tmp_path):
    database = Database.at(tmp_path)
    update_sensors(database, [sensor("b", records=3), sensor("a", last_record_at=None)])
    latest = sensor("b", records=5, remarks=(say("{n} lost", n=2),))
    update_sensors(database, [latest])
    assert sensors(database) == (sensor("a", last_record_at=None), latest)
    database.close()
