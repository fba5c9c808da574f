from datetime import timedelta

from tests.enforce.wards import SERVERS_TO_BACKUPS, hospital

from cloison.enforce.drivers.manual import DRIVER
from cloison.enforce.rules import rules_of
from cloison.model.hospital import Level
from cloison.model.sealing import Structure

(POINT,) = rules_of({SERVERS_TO_BACKUPS: Level.CLOSED}, hospital()).points
STRUCTURE = Structure(point=POINT.point, doors=POINT.doors)
SECOND = timedelta(seconds=1)


def test_a_cable_is_shut_when_a_person_says_so_and_not_before(tmp_path):
    cable = DRIVER.device(POINT.point, folder=tmp_path, patience=SECOND)
    cable.apply(POINT.doors, revert_after=SECOND)
    assert cable.held(POINT.doors).whole == ()
    cable.confirm(POINT.doors, lease=SECOND)
    assert cable.held(POINT.doors).whole == (SERVERS_TO_BACKUPS,)
    cable.remove(POINT.doors)
    assert cable.held(POINT.doors).whole == ()


def test_a_cable_needs_no_structure(tmp_path):
    cable = DRIVER.device(POINT.point, folder=tmp_path, patience=SECOND)
    assert (cable.arm(STRUCTURE), cable.armed(STRUCTURE), DRIVER.arming(STRUCTURE)) == (False, True, "")
