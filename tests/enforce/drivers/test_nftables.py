"""What needs no firewall; the rest is proved in namespaces, in tests/enforce/test_box.py."""

from datetime import timedelta

import pytest

from cloison.enforce.drivers.nftables import DRIVER
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint, EnforcementPointId
from cloison.model.sealing import Structure

SECOND = timedelta(seconds=1)


def point(address):
    return EnforcementPoint(id=EnforcementPointId("coeur"), driver="nftables", address=address)


@pytest.mark.parametrize("address", [None, "", "10.0.0.1", "ssh:-oProxyCommand=x", "netns:../x", "ssh:a b", "local;x"])
def test_an_address_that_could_be_an_option_or_a_path_is_refused(address, tmp_path):
    with pytest.raises(BadValueError):
        DRIVER.device(point(address), folder=tmp_path, patience=SECOND)


def test_a_firewall_that_is_not_there_is_an_error_and_not_an_open_door(tmp_path):
    absent = DRIVER.device(point("netns:cloison-nowhere"), folder=tmp_path, patience=SECOND)
    structure = Structure(point=point("netns:cloison-nowhere"), doors=())
    for act in (lambda: absent.arm(structure), lambda: absent.armed(structure), lambda: absent.held(())):
        with pytest.raises(DeviceError):
            act()
