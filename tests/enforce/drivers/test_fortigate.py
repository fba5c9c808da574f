"""What is FortiOS' own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from tests.enforce.drivers.fleet import all_doors, device_of, one
from tests.enforce.made import DOORS

from cloison.enforce.drivers.fortigate import DRIVER
from cloison.enforce.rules import structures_of
from cloison.model.sealing import Vanishing


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


def test_the_schedule_is_the_timer(tmp_path):
    with one(tmp_path, "fortigate") as (ward, boxes, means):
        (point,), device = all_doors(ward).points, device_of(ward, means)
        care = [replace(door, vanishing=Vanishing.FAIL_OPEN) for door in point.doors]
        device.apply(care, revert_after=timedelta(minutes=2))
        assert device.held(care).lapses[0][1] <= timedelta(minutes=2)
        device.confirm(care, lease=timedelta(hours=1))
        assert device.held(care).lapses[0][1] > timedelta(minutes=50)
        (schedule,) = boxes["fortigate"].tables["firewall schedule onetime"].values()
        schedule["end-utc"] = "1000000000"
        assert device.held(care).whole == ()


def test_a_firewall_that_spares_open_sessions_or_whose_order_changed_is_not_armed(tmp_path):
    with one(tmp_path, "fortigate") as (ward, boxes, means):
        (structure,), device, box = structures_of(ward), device_of(ward, means), boxes["fortigate"]
        assert device.armed(structure)
        box.dirty = "check-new"
        assert not device.armed(structure)
        box.dirty = "check-all"
        policies = box.tables["firewall policy"]
        box.tables["firewall policy"] = dict(reversed(policies.items()))
        assert not device.armed(structure)
        next(iter(policies.values()))["srcaddr-negate"] = ["enable"]
        box.tables["firewall policy"] = policies
        assert not device.armed(structure)
