from dataclasses import replace
from datetime import timedelta
from threading import Event

from tests.ops.crisis_room import desk_at

from cloison.ops.crisis_health import DOORS_HEALTH
from cloison.ops.crisis_keeping import CHECK_DOORS_EVERY, keep, keeping


def test_devices_are_looked_at_once_a_day(tmp_path):
    desk = desk_at(tmp_path)
    keep(desk)
    first = DOORS_HEALTH.of(desk.database).at
    keep(desk)
    assert DOORS_HEALTH.of(desk.database).at == first
    later = first + CHECK_DOORS_EVERY + timedelta(minutes=1)
    keep(replace(desk, clock=lambda: later))
    assert DOORS_HEALTH.of(desk.database).at == later
    desk.worker.stop()
    desk.database.close()


def test_without_a_map_nothing_is_due(tmp_path):
    desk = replace(desk_at(tmp_path), hospital=lambda: None)
    keep(desk)
    assert DOORS_HEALTH.of(desk.database).at is None
    desk.worker.stop()
    desk.database.close()


def test_it_goes_on_until_the_server_stops(tmp_path):
    desk = desk_at(tmp_path)
    looked = Event()

    def watched():
        looked.set()
        return desk_at_map

    desk_at_map = desk.hospital()
    with keeping(replace(desk, hospital=watched), every=0.05):
        assert looked.wait(20)
    desk.database.close()
