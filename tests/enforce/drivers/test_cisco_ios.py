"""What is IOS' own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

from datetime import timedelta

from hypothesis import given, settings
from tests.enforce.drivers.fleet import all_doors, device_of, one
from tests.enforce.made import DOORS

from cloison.enforce.drivers.cisco_ios import DRIVER


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


def test_a_shut_door_tells_when_it_opens_by_itself_by_its_own_clock(tmp_path):
    with one(tmp_path, "cisco-ios") as (ward, _, means):
        (point,), device = all_doors(ward).points, device_of(ward, means)
        device.apply(point.doors, revert_after=timedelta(minutes=2))
        ((_, left),) = device.held(point.doors).lapses
        assert timedelta(minutes=1, seconds=50) < left <= timedelta(minutes=3)
        device.confirm(point.doors, lease=timedelta(hours=1))
        assert device.held(point.doors).lapses == ()
