"""The place of a door on a vendor's device: named groups, empty in peacetime, whose members shut it.

A vendor's policy cannot hold "any pair of addresses" as nftables does, so each door of the map has its own lines,
written once by the firewall's administrator, and two groups of sources: one lets its lifelines pass, one stops all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, summarize_address_range

from cloison.model.sealing import DoorRules, Passing, Readback, Span, Structure

NOBODY = IPv4Network("255.255.255.255/32")
"""Stands in a group that may not be empty: no router passes a packet that claims to come from it (RFC 1812, 5.3.7)."""

PREFIX = "CLOISON-"

_LAST_FIXED_PORT = 32767
_WIDEST_ANSWER = 1000
"""An answer is let through by its source port: were the range wide, or where clients take their own ports from (32768
and up on Linux, 49152 elsewhere: RFC 6335), an intruder's open session would look like an answer."""

Service = tuple[int, tuple[int, int] | None]
"""Protocol number, and the first and last port where it has ports."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One door's place.

    Attributes:
        answers: what comes back to connections that the far side opens, as those connections: see `Structure`.
    """

    door: DoorRules
    answers: tuple[Passing, ...] = ()

    @property
    def name(self) -> str:
        """A name that any device takes, the same for a conduit whatever the rest of the map becomes."""
        return PREFIX + sha256(self.door.conduit.encode()).hexdigest()[:10].upper()

    @property
    def vital(self) -> str:
        """The group of sources whose lifelines pass."""
        return f"{self.name}-L"

    @property
    def shut(self) -> str:
        """The group of sources from which nothing else passes."""
        return f"{self.name}-X"

    @property
    def behind(self) -> str:
        """The group of targets, which never changes."""
        return f"{self.name}-T"

    @property
    def sources(self) -> tuple[IPv4Network, ...]:
        """Where the door is shut from."""
        return networks(crossing.source for crossing in self.door.crossings)

    @property
    def targets(self) -> tuple[IPv4Network, ...]:
        """What it is shut towards."""
        return networks(crossing.target for crossing in self.door.crossings)

    @property
    def lifelines(self) -> tuple[Service, ...]:
        """What passes from its sources to its targets while it is at level lifeline."""
        return tuple(dict.fromkeys((one.protocol, one.ports) for one in self.door.passings))

    @property
    def returns(self) -> tuple[Service, ...]:
        """Services of its sources that its targets use: their answers pass a door that remembers no connection."""
        ends = {(crossing.target, crossing.source) for crossing in self.door.crossings}
        return tuple(
            dict.fromkeys(
                (one.protocol, one.ports)
                for one in self.answers
                if (one.source, one.target) in ends
                and one.ports
                and one.ports[1] <= _LAST_FIXED_PORT
                and one.ports[1] - one.ports[0] < _WIDEST_ANSWER
            )
        )

    @property
    def filled(self) -> Mapping[str, tuple[IPv4Network, ...]]:
        """What the groups hold while the door is shut at its level; the lifelines' first."""
        return {**({self.vital: self.sources} if self.door.passings else {}), self.shut: self.sources}


def slots_of(structure: Structure) -> tuple[Slot, ...]:
    """Give the place of each door that a point is armed for."""
    return tuple(Slot(door, structure.answers) for door in structure.doors)


def networks(spans: Iterable[Span]) -> tuple[IPv4Network, ...]:
    """Give the fewest networks that make these spans, IPv4 only."""
    cut: list[IPv4Network] = []
    for span in spans:
        if isinstance(span.first, IPv4Address) and isinstance(span.last, IPv4Address):
            cut += summarize_address_range(span.first, span.last)
    return tuple(collapse_addresses(cut))


def readback(
    doors: Sequence[DoorRules],
    groups: Mapping[str, Collection[IPv4Network]],
    *,
    sound: Collection[str],
    lapses: Mapping[str, timedelta | None],
) -> Readback:
    """Compare what the groups hold with what was asked.

    Args:
        doors: what was asked.
        groups: group -> members.
        sound: slots whose lines are on the device as they must be; members of any other stop nothing for sure.
        lapses: slot -> time until it opens by itself, None when it does not; absent: nothing is known of it.
    """
    whole, partly, times = [], [], []
    asked = {Slot(door).name: Slot(door) for door in doors}
    for slot in asked.values():
        held = {name: set(groups.get(name, ())) - {NOBODY} for name in (slot.vital, slot.shut)}
        wanted = {name: set(slot.filled.get(name, ())) for name in held}
        if held == wanted and slot.name in sound:
            whole.append(slot.door.conduit)
            left = lapses.get(slot.name)
            if left is not None:
                times.append((slot.door.conduit, left))
        elif any(held.values()):
            partly.append(slot.door.conduit)
    strangers = sum(
        len(set(members) - {NOBODY})
        for name, members in groups.items()
        if name.endswith(("-L", "-X")) and name[:-2] not in asked
    )
    return Readback(whole=tuple(whole), partly=tuple(partly), strangers=strangers, lapses=tuple(times))
