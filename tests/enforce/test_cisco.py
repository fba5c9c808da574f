from tests.enforce.drivers.fleet import all_doors, device_of, one

from cloison.enforce.cisco import _between
from cloison.enforce.rules import structures_of


def test_the_ports_that_no_lifeline_has_are_all_there_and_no_other():
    kept = [(1, 1), (80, 90), (85, 100), (65535, 65535)]
    told = {port for first, last in _between(kept) for port in range(first, last + 1)}
    assert told == set(range(1, 65536)) - {1, *range(80, 101), 65535}
    assert list(_between([])) == [(1, 65535)]


def test_a_line_of_the_site_put_before_ours_unarms_the_device_and_its_doors(tmp_path):
    with one(tmp_path, "cisco-ios") as (ward, boxes, means):
        (structure,), device = structures_of(ward), device_of(ward, means)
        assert device.armed(structure)
        boxes["cisco-ios"].lists["LAN-IN"].insert(0, (1, "permit ip any any"))
        assert not device.armed(structure)
        (point,) = all_doors(ward).points
        boxes["cisco-ios"].groups.update({name: ["10.1.0.0 255.255.255.0"] for name in boxes["cisco-ios"].groups})
        assert device.held(point.doors).whole == ()
