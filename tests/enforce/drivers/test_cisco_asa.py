"""What is ASA's own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

from datetime import timedelta

from hypothesis import given, settings
from tests.enforce.drivers.fleet import all_doors, device_of, one
from tests.enforce.made import DOORS

from cloison.enforce.drivers.cisco_asa import DRIVER


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


def test_open_connections_are_cleared_but_those_of_lifelines(tmp_path):
    with one(tmp_path, "cisco-asa") as (ward, boxes, means):
        (point,) = all_doors(ward).points
        device_of(ward, means).apply(point.doors, revert_after=timedelta(minutes=2))
        ends = "address 10.1.0.0-10.1.0.255 address 10.2.0.0-10.2.0.255 port"
        assert boxes["cisco-asa"].cleared == [
            f"clear conn protocol tcp {ends} 1-8041",
            f"clear conn protocol tcp {ends} 8043-65535",
            f"clear conn protocol udp {ends} 1-65535",
        ]
