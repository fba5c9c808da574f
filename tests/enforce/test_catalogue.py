from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.enforce.wards import BOTH, hospital

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.rules import rules_of, structures_of

ROOT = Path(__file__).parents[2]
DRIVERS = known_drivers()
ADDRESSES = {
    "cisco-asa": "ssh://cloison@10.90.0.3/INSIDE-IN",
    "cisco-ios": "ssh://cloison@10.90.0.2/LAN-IN,WIFI-IN",
}


def armed_for(name):
    """Give what the core of the small hospital is armed for, were it of this driver."""
    structure = structures_of(hospital())[0]
    return replace(structure, point=replace(structure.point, driver=name, address=ADDRESSES.get(name)))


@pytest.mark.parametrize("name", DRIVERS)
class TestEachDriver:
    def test_it_has_its_place_in_the_docs(self, name):
        assert f"## `{name}`" in (ROOT / "docs" / "doors.md").read_text()

    def test_what_it_renders_parses_back(self, name):
        for point in rules_of(BOTH, hospital()).points:
            text = DRIVERS[name].render(point.doors, revert_after=timedelta(minutes=2))
            assert DRIVERS[name].parse(text) == point.doors

    def test_its_text_is_the_one_that_was_read_and_agreed(self, name):
        folder = Path(__file__).parent / "drivers" / "golden"
        doors = [door for point in rules_of(BOTH, hospital()).points for door in point.doors]
        assert DRIVERS[name].arming(armed_for(name)) == (folder / f"{name}-arming.txt").read_text()
        change = DRIVERS[name].render(doors, revert_after=timedelta(minutes=2))
        assert change == (folder / f"{name}-change.txt").read_text()
