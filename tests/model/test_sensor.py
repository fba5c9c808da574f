from datetime import UTC, datetime

from cloison.model.sensor import Sensor


def test_a_sensor_that_just_began_has_lost_nothing():
    new = Sensor(id="a", kind="eve", last_record_at=None, heard_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert (new.records, new.lost, new.late, new.quiet) == (0, 0, 0, False)
