"""Linux firewalls: nftables on this machine, in a network namespace, or over SSH."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cloison.enforce.driver import Device, compare
from cloison.enforce.nft_text import RULES, adding, read_adding, read_listing, removing, structure
from cloison.enforce.transport import command_at, run_at
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Member, Readback, Vanishing
from cloison.words import say

_LIST = ("nft", "-j", "-nn", "list", "table", "inet", "cloison")
_TABLES = ("nft", "-j", "list", "tables", "inet")


@dataclass(frozen=True, slots=True)
class Nftables:
    """The driver."""

    name: str = "nftables"
    by_hand: bool = False
    needs_address: bool = True

    def arming(self) -> str:
        """Give the empty structure as nft's own text."""
        return structure()

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

    def arm(self) -> bool:
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
            self._change("delete table inet cloison\n" + structure())
        else:
            self._change(structure())
        if not self.armed():
            raise DeviceError(
                say("it accepted the structure and does not hold it"),
                fix=say("look at it with {command}", command="nft list table inet cloison"),
                where=self.address,
            )
        return True

    def armed(self) -> bool:
        listing = self._listing()
        return listing is not None and listing[1] == RULES

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        present = self._members()
        # What is there already may lapse at any moment: it is put in again with its full time, in the same change.
        old = [member for door in doors for member in door.members if member in present]
        self._change(removing(old) + adding(doors, lasting={door.conduit: revert_after for door in doors}))

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        lasting = {door.conduit: lease if door.vanishing is Vanishing.FAIL_OPEN else None for door in doors}
        every = tuple(dict.fromkeys(member for door in doors for member in door.members))
        try:
            # One change: there is no moment without the member. It fails whole when one has lapsed.
            self._change(removing(every) + adding(doors, lasting=lasting))
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
            there = [member for door in doors for member in door.members if member in present]
            try:
                return self._change(removing(list(dict.fromkeys(there))))
            except DeviceError:
                # One may have lapsed since it was read: read again, once.
                if attempt:
                    raise
        return None

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        return compare(self._members(), doors)

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
