import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.rehearse.range.furnished import hospital, places, setting_in, standing

from cloison.errors import RangeError
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.traffic.catalogue import known_habit
from cloison.rehearse.range.traffic.driving import Traffic, absent_modules

ORIGIN = datetime(2026, 3, 10, 9, tzinfo=UTC)


def traffic(setting, *, hours, speed):
    clock = Clock(began=datetime.now(UTC) + timedelta(seconds=0.5), origin=ORIGIN, speed=speed)
    return Traffic(hospital(), setting, clock=clock, lasting=timedelta(hours=hours), seed=2)


def test_a_short_life_loses_nothing_and_ends_by_itself(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "pacs", "messages", "web", "names"):
        life = traffic(setting, hours=1.5, speed=3600)
        life.start(places())
        until = time.monotonic() + 40
        while life.running() and time.monotonic() < until:
            time.sleep(0.05)
    assert not life.running()
    care = life.care()
    assert {"images", "dossier"} <= set(care)
    assert all(count.acknowledged == count.sent for count in care.values())
    assert sum(count.sent for count in life.other().values()) > 0


def test_a_life_that_is_stopped_leaves_no_process_and_loses_nothing(tmp_path):
    life = traffic(setting_in(tmp_path), hours=10, speed=60)
    life.start(places())
    time.sleep(1.0)
    life.stop()
    assert not life.running()
    assert all(count.lost == 0 for count in life.care().values())


def test_a_module_that_is_not_installed_is_named_with_the_way_to_get_it(tmp_path, monkeypatch):
    assert absent_modules() == ()
    monkeypatch.setattr(type(known_habit("images")), "modules", ("module_qui_manque",))
    with pytest.raises(RangeError, match="module_qui_manque") as told:
        traffic(setting_in(tmp_path), hours=1, speed=1)
    assert "cloison[range]" in str(told.value.fix)
