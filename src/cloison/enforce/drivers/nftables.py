"""Linux firewalls: nftables on this machine, in a network namespace, or over SSH."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cloison.enforce.driver import Device, compare
from cloison.enforce.nft_text import RULES, adding, empty_table, read_adding, read_listing, removing
from cloison.enforce.transport import command_at, run_at
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Member, Readback, Structure, Vanishing
from cloison.words import say

_LIST = ("nft", "-j", "-nn", "list", "table", "inet", "cloison")
_TABLES = ("nft", "-j", "list", "tables", "inet")

MOST_MEMBERS = 400
"""In one change: a user namespace may send no more than net.core.wmem_max (212,992 bytes) of netlink at once, and each
member takes up to 150 there, once removed and once added. A door is never cut in two."""


@dataclass(frozen=True, slots=True)
class Nftables:
    """The driver."""

    name: str = "nftables"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = True
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as nft's own text."""
        del structure
        return empty_table()

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as nft's own text."""
        return adding(doors, lasting={door.conduit: revert_after for door in doors})

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_adding(text)

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point."""
        del folder
        address = point.address or ""
        command_at(address, (), patience)
        return _Firewall(address, patience)


DRIVER = Nftables()


@dataclass(frozen=True, slots=True)
class _Firewall:
    """One table of one machine."""

    address: str
    patience: timedelta

    def arm(self, structure: Structure) -> bool:
        listing = self._listing()
        if listing is not None:
            members, rules = listing
            if rules == RULES:
                return False
            if members:
                raise DeviceError(
                    say("its structure was altered while doors are shut"),
                    fix=say("open the doors with {command}, then arm it again", command="cloison reopen"),
                    where=self.address,
                )
            self._change("delete table inet cloison\n" + empty_table())
        else:
            self._change(empty_table())
        if not self.armed(structure):
            raise DeviceError(
                say("it accepted the structure and does not hold it"),
                fix=say("look at it with {command}", command="nft list table inet cloison"),
                where=self.address,
            )
        return True

    def armed(self, structure: Structure) -> bool:
        del structure
        listing = self._listing()
        return listing is not None and listing[1] == RULES

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        present = self._members()
        # What is there already may lapse at any moment: it is put in again with its full time, in the same change.
        for group in _groups(doors):
            old = list(dict.fromkeys(member for door in group for member in door.members if member in present))
            self._change(removing(old) + adding(group, lasting={door.conduit: revert_after for door in group}))

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        lasting = {door.conduit: lease if door.vanishing is Vanishing.FAIL_OPEN else None for door in doors}
        try:
            for group in _groups(doors):
                every = tuple(dict.fromkeys(member for door in group for member in door.members))
                # One change: there is no moment without the member. It fails whole when one has lapsed.
                self._change(removing(every) + adding(group, lasting=lasting))
        except DeviceError:
            if len(self.held(doors).whole) == len(doors):
                raise
            raise DeviceError(
                say("it had opened by itself before it was confirmed"),
                fix=say("seal again"),
                where=self.address,
            ) from None

    def remove(self, doors: Sequence[DoorRules]) -> None:
        for attempt in range(2):
            present = self._members()
            there = list(dict.fromkeys(member for door in doors for member in door.members if member in present))
            try:
                for place in range(0, len(there), MOST_MEMBERS):
                    self._change(removing(there[place : place + MOST_MEMBERS]))
            except DeviceError:
                # One may have lapsed since it was read: read again, once.
                if attempt:
                    raise
            else:
                return

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        listing = self._listing()
        # Members under a chain that was altered stop nothing for sure.
        return compare(listing[0] if listing and listing[1] == RULES else {}, doors)

    def _members(self) -> dict[Member, timedelta | None]:
        listing = self._listing()
        return listing[0] if listing else {}

    def _listing(self) -> tuple[dict[Member, timedelta | None], tuple[tuple[str, str | None, str], ...] | None] | None:
        """Read the table; None when there is none."""
        try:
            text = run_at(self.address, _LIST, "", self.patience)
        except DeviceError:
            # A table that is absent is refused like any other fault: ask which tables there are.
            if '"name": "cloison"' in run_at(self.address, _TABLES, "", self.patience):
                raise
            return None
        try:
            return read_listing(text)
        except BadValueError as error:
            raise DeviceError(error.problem, fix=error.fix, where=self.address) from error

    def _change(self, text: str) -> None:
        if text:
            run_at(self.address, ("nft", "-f", "-"), text, self.patience)


def _groups(doors: Sequence[DoorRules]) -> Iterator[list[DoorRules]]:
    """Cut many doors into changes that the kernel takes."""
    group: list[DoorRules] = []
    members = 0
    for door in doors:
        if group and members + len(door.members) > MOST_MEMBERS:
            yield group
            group, members = [], 0
        group.append(door)
        members += len(door.members)
    if group:
        yield group
