from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.enforce.wards import BOTH, SERVERS_TO_CARE, hospital

from cloison.enforce.drivers.memory import DRIVER, Failing, Memory
from cloison.enforce.rules import rules_of, structures_of
from cloison.errors import BadValueError, DeviceError

SECOND = timedelta(seconds=1)
POINT = rules_of(BOTH, hospital()).points[0]
STRUCTURE = structures_of(hospital())[0]


class Clock:
    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


def device(folder, address=None, clock=None):
    driver = Memory(clock=clock) if clock else DRIVER
    device = driver.device(replace(POINT.point, address=address), folder=folder, patience=0.05 * SECOND)
    if address in {None, Failing.IDLE, Failing.HALF}:
        device.arm(STRUCTURE)
    return device


def test_doors_open_by_themselves_unless_confirmed_and_care_doors_after_their_lease(tmp_path):
    clock = Clock()
    kept = device(tmp_path, clock=clock)
    kept.apply(POINT.doors, revert_after=10 * SECOND)
    assert len(kept.held(POINT.doors).whole) == 2
    clock.now += 5 * SECOND
    kept.confirm(POINT.doors, lease=60 * SECOND)
    clock.now += 30 * SECOND
    read = kept.held(POINT.doors)
    assert (len(read.whole), read.lapses) == (2, ((SERVERS_TO_CARE, 30 * SECOND),))
    clock.now += 31 * SECOND
    assert SERVERS_TO_CARE not in kept.held(POINT.doors).whole
    with pytest.raises(DeviceError):
        kept.confirm(POINT.doors, lease=60 * SECOND)


def test_arming_is_done_once_and_opening_twice_is_no_mistake(tmp_path):
    kept = device(tmp_path)
    assert (kept.armed(STRUCTURE), kept.arm(STRUCTURE)) == (True, False)
    kept.apply(POINT.doors, revert_after=SECOND)
    kept.remove(POINT.doors)
    kept.remove(POINT.doors)
    assert kept.held(POINT.doors).whole == ()


@pytest.mark.parametrize("failing", [Failing.UNREACHABLE, Failing.WRONG_PASSWORD, Failing.SLOW, Failing.GARBAGE])
def test_a_device_that_fails_says_how_and_in_time(failing, tmp_path):
    failing_one = device(tmp_path, failing)
    acts = (
        lambda: failing_one.arm(STRUCTURE),
        lambda: failing_one.armed(STRUCTURE),
        lambda: failing_one.held(POINT.doors),
    )
    for act in acts:
        with pytest.raises(DeviceError):
            act()


def test_a_device_that_lies_is_found_out_by_reading_it(tmp_path):
    idle, half = device(tmp_path / "a", Failing.IDLE), device(tmp_path / "b", Failing.HALF)
    for one in (idle, half):
        one.apply(POINT.doors, revert_after=60 * SECOND)
    assert idle.held(POINT.doors).whole == ()
    assert len(half.held(POINT.doors).whole) < 2


def test_an_unknown_way_of_failing_is_refused(tmp_path):
    with pytest.raises(BadValueError):
        device(tmp_path, "tired")
