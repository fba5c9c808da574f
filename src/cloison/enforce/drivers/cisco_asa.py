"""Cisco ASA firewalls: object groups in an access list, entered over SSH; open connections are cleared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cloison.enforce.cisco import COMPLAINT, CiscoDevice
from cloison.enforce.cisco_text import Dialect
from cloison.enforce.door_text import marked, read_marked
from cloison.enforce.driver import Device
from cloison.enforce.session import Entrance, place_at
from cloison.enforce.slots import Slot, slots_of
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Structure

DIALECT = Dialect(
    kind="cisco_asa",
    member="network-object ",
    remembers=True,
    groups="show running-config object-group",
    ranges="show running-config time-range",
    listing="show running-config access-list {}",
)

_LISTS = "ACCESS-LIST"


@dataclass(frozen=True, slots=True)
class CiscoAsa:
    """The driver."""

    name: str = "cisco-asa"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = False
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        return DIALECT.arming(slots_of(structure), place_at(structure.point, names=_LISTS).names)

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text, but for the end, which its own clock decides."""
        end = f"! absolute end, by its own clock: in {revert_after.total_seconds():g} s"
        commands = [command for door in doors for command in DIALECT.shutting(Slot(door), end)]
        return marked(doors, mark="!", revert_after=revert_after) + "".join(f"{command}\n" for command in commands)

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_marked(text, mark="!", render=lambda doors, after: self.render(doors, revert_after=after))

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "ssh://USER@HOST/ACCESS-LIST"."""
        place = place_at(point, names=_LISTS)
        return CiscoDevice(Entrance(point, place, DIALECT.kind, COMPLAINT, folder, patience), DIALECT)


DRIVER = CiscoAsa()
