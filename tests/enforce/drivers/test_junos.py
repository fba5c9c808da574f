"""What is Junos' own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from tests.enforce.drivers.fleet import all_doors, device_of, one
from tests.enforce.made import DOORS

from cloison.enforce.drivers.junos import DRIVER
from cloison.errors import DeviceError


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


def test_a_commit_waits_until_it_is_confirmed_and_what_was_rolled_back_cannot_be(tmp_path):
    with one(tmp_path, "junos") as (ward, boxes, means):
        (point,), device, box = all_doors(ward).points, device_of(ward, means), boxes["junos"]
        before = list(box.committed)
        device.apply(point.doors, revert_after=timedelta(minutes=2))
        assert box.pending == 2
        device.confirm(point.doors, lease=timedelta(hours=1))
        assert box.pending is None
        box.committed = before
        with pytest.raises(DeviceError, match="opened by itself"):
            device.confirm(point.doors, lease=timedelta(hours=1))
