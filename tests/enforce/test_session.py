"""Entering, refusing, leaving; what the devices do is in tests/enforce/drivers and tests/ops/test_bad_devices.py."""

from datetime import timedelta

import pytest
from tests.enforce.drivers.fleet import device_of, load, one

from cloison.enforce.session import place_at
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint, EnforcementPointId

LISTS = "ACCESS-LIST"


def point(address):
    return EnforcementPoint(id=EnforcementPointId("coeur"), driver="cisco-ios", address=address)


def test_an_address_names_who_enters_where_and_what_it_works_in():
    place = place_at(point("ssh://cloison@10.90.0.2:2222/LAN-IN,WIFI-IN"), names=LISTS)
    assert (place.host, place.port, place.user, place.names) == ("10.90.0.2", 2222, "cloison", ("LAN-IN", "WIFI-IN"))
    assert place_at(point("ssh://cloison@routeur"), names="").port == 22


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", "10.0.0.1", "telnet://a@b/L", "ssh://10.0.0.1/L", "ssh://a@b", "ssh://a@b/", "ssh://a:secret@b/L"),
        *("ssh://a@b:x/L", "ssh://a@b/L;reload", "ssh://a@b/L?x", "ssh://a@b/L M", "ssh://a b@c/L", "ssh://a@b/-L"),
    ],
)
def test_what_is_no_address_or_holds_a_password_is_refused(address):
    with pytest.raises(BadValueError):
        place_at(point(address), names=LISTS)


def test_a_device_that_is_not_known_is_not_entered(tmp_path):
    with one(tmp_path, "cisco-ios") as (ward, _, means):
        (tmp_path / "secrets" / "known_hosts").write_text("")
        with pytest.raises(DeviceError, match="cannot be reached"):
            device_of(ward, means).held(())


def test_a_command_that_is_refused_stops_the_change_and_is_told(tmp_path):
    with one(tmp_path, "cisco-ios") as (ward, _, means):
        entrance = device_of(ward, means).entrance
        with pytest.raises(DeviceError, match=r"it refused: .*% Invalid input"):
            entrance.talk(lambda session: session.change(["interface vlan 1", "shutdown"]))


def test_the_patience_is_for_the_whole_act(tmp_path):
    with one(tmp_path, "junos") as (ward, boxes, means):
        load(boxes["junos"], "")
        hasty = type(means)(home=means.home, patience=timedelta(seconds=0.05))
        with pytest.raises(DeviceError, match=r"within 0\.05 s"):
            device_of(ward, hasty).held(())
