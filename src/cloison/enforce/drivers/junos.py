"""Juniper routers and switches (Junos): prefix lists in a firewall filter, entered over SSH."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path

from cloison.enforce.door_text import marked, read_marked
from cloison.enforce.driver import Device
from cloison.enforce.failures import lapsed, refused, unarmed
from cloison.enforce.junos_text import FILTER, arming, opening, read_lists, read_terms, shutting, terms, until_confirmed
from cloison.enforce.session import Entrance, Session, place_at
from cloison.enforce.slots import Slot, readback, slots_of
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Readback, Structure

_COMPLAINT = r"^(error:|syntax error|unknown command|missing argument|invalid ).*"
_LISTS = "show configuration policy-options | display set"
_TERMS = f"show configuration firewall family inet filter {FILTER} | display set"
_PENDING = "rollback in"
"""In `show system commit`, while a confirmed commit waits to be confirmed."""


@dataclass(frozen=True, slots=True)
class Junos:
    """The driver."""

    name: str = "junos"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = False
    leases: bool = False

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        return arming(slots_of(structure))

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text."""
        commands = [command for door in doors for command in shutting(Slot(door))]
        text = "".join(f"{command}\n" for command in [*commands, until_confirmed(revert_after)])
        return marked(doors, mark="#", revert_after=revert_after) + text

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_marked(text, mark="#", render=lambda doors, after: self.render(doors, revert_after=after))

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "ssh://USER@HOST"."""
        place = place_at(point, names="")
        # Exclusive: no other administrator's unfinished changes go with ours, and ours with nobody's.
        return _Router(Entrance(point, place, "juniper_junos", _COMPLAINT, folder, patience, "configure exclusive"))


DRIVER = Junos()


@dataclass(frozen=True, slots=True)
class _Router:
    """One device."""

    entrance: Entrance

    def arm(self, structure: Structure) -> bool:
        """Look only: loading the structure is its administrator's act."""
        if not self.armed(structure):
            raise unarmed(self.entrance.point.id)
        return False

    def armed(self, structure: Structure) -> bool:
        lists, there = self.entrance.talk(_read)
        slots = slots_of(structure)
        named = all({slot.vital, slot.shut} <= lists.keys() for slot in slots)
        return named and all(_holds(slot, lists, there) for slot in slots)

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        commands = [command for door in doors for command in shutting(Slot(door))]
        self.entrance.talk(lambda session: session.change([*commands, until_confirmed(revert_after)]))

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        """Confirm the commit; a filter knows no hour, so the lease is not the device's to keep."""
        del lease

        def keep(session: Session) -> None:
            if len(_compare(doors, *_read(session)).whole) < len(doors):
                raise lapsed(self.entrance.point.id)
            session.change(["commit"])
            pending = session.ask("show system commit")
            if _PENDING in pending:
                raise refused(self.entrance.point.id, pending)

        self.entrance.talk(keep)

    def remove(self, doors: Sequence[DoorRules]) -> None:
        def free(session: Session) -> None:
            lists, _ = _read(session)
            commands = [command for door in doors for command in opening(Slot(door), lists)]
            session.change([*commands, "commit"] if commands else [])

        self.entrance.talk(free)

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        return _compare(doors, *self.entrance.talk(_read))


def _read(session: Session) -> tuple[dict[str, set[IPv4Network]], list[str]]:
    return read_lists(session.ask(_LISTS)), read_terms(session.ask(_TERMS))


def _compare(doors: Sequence[DoorRules], lists: dict[str, set[IPv4Network]], there: list[str]) -> Readback:
    slots = [Slot(door) for door in doors]
    sound = {slot.name for slot in slots if _holds(slot, lists, there)}
    return readback(doors, lists, sound=sound, lapses={})


def _holds(slot: Slot, lists: dict[str, set[IPv4Network]], there: Sequence[str]) -> bool:
    """Tell whether a slot is there whole: its terms, in order, and nothing else under their names."""
    rest = iter(there)
    names = {line.split()[:8][-1] for line in terms(slot)}
    under = [line for line in there if line.split()[:8][-1] in names]
    return (
        lists.get(slot.behind) == set(slot.targets)
        and all(line in rest for line in terms(slot))
        and len(under) == len(terms(slot))
    )
