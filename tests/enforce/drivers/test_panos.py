"""What is PAN-OS' own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from tests.enforce.drivers.fleet import all_doors, device_of, one
from tests.enforce.made import DOORS

from cloison.enforce.drivers.panos import DRIVER
from cloison.enforce.rules import structures_of
from cloison.model.sealing import Vanishing

MINUTES = timedelta(minutes=2)


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


def test_sessions_are_ended_but_those_of_lifelines(tmp_path):
    with one(tmp_path, "panos") as (ward, boxes, means):
        (point,) = all_doors(ward).points
        device_of(ward, means).apply(point.doors, revert_after=MINUTES)
        assert boxes["panos"].cleared == ["<session><id>1</id></session>"]


def test_a_lease_is_renewed_without_a_moment_open_though_tags_keep_their_end(tmp_path):
    with one(tmp_path, "panos") as (ward, boxes, means):
        (point,), device, box = all_doors(ward).points, device_of(ward, means), boxes["panos"]
        care = [replace(door, vanishing=Vanishing.FAIL_OPEN) for door in point.doors]
        device.apply(care, revert_after=MINUTES)
        device.confirm(care, lease=timedelta(hours=1))
        first = dict(box.tags["10.1.0.0/24"])
        for tag in first:
            if not tag.endswith("-K"):
                del box.tags["10.1.0.0/24"][tag]
        device.confirm(care, lease=timedelta(hours=2))
        later = box.tags["10.1.0.0/24"]
        assert all(later[tag] > end + 3000 for tag, end in first.items() if tag.endswith("-K"))
        assert len(device.held(care).whole) == 1


def test_a_rule_that_was_turned_around_moved_or_switched_off_is_not_armed(tmp_path):
    with one(tmp_path, "panos") as (ward, boxes, means):
        (structure,), device, box = structures_of(ward), device_of(ward, means), boxes["panos"]
        assert device.armed(structure)
        (vital, shut) = list(box.rules)
        for rules in (
            [(vital[0], {**vital[1], "negate-source": ["yes"]}), shut],
            [shut, vital],
            [vital, (shut[0], {**shut[1], "action": ["allow"]})],
            [("site", {"action": ["allow"]}), vital, shut],
            [vital],
        ):
            box.rules = rules
            assert not device.armed(structure)
