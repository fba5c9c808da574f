"""Cisco's devices: their command line, groups for doors, and a time range that ends if Cloison vanishes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path

from cloison.enforce.cisco_text import ALWAYS, Dialect, read_clock, read_groups, read_lines, read_ranges, until
from cloison.enforce.door_text import marked, read_marked
from cloison.enforce.driver import Device
from cloison.enforce.failures import lapsed, unarmed
from cloison.enforce.session import Entrance, Session, place_at
from cloison.enforce.slots import Slot, readback, slots_of
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Readback, Structure, Vanishing

COMPLAINT = r"^(%|ERROR:).*"
"""How both begin what they complain of."""

_LISTS = "ACCESS-LIST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cisco:
    """The driver of one dialect."""

    name: str
    dialect: Dialect
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = False
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        return self.dialect.arming(slots_of(structure), place_at(structure.point, names=_LISTS).names)

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text, but for the end, which its own clock decides."""
        end = f"! absolute end, by its own clock: in {revert_after.total_seconds():g} s"
        commands = [command for door in doors for command in self.dialect.shutting(Slot(door), end)]
        return marked(doors, mark="!", revert_after=revert_after) + "".join(f"{command}\n" for command in commands)

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_marked(text, mark="!", render=lambda doors, after: self.render(doors, revert_after=after))

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "ssh://USER@HOST/ACCESS-LIST"."""
        place = place_at(point, names=_LISTS)
        return CiscoDevice(Entrance(point, place, self.dialect.kind, COMPLAINT, folder, patience), self.dialect)


@dataclass(frozen=True, slots=True)
class Told:
    """What a device said of itself.

    Attributes:
        groups: Cloison's object groups.
        lines: for each access list, Cloison's lines before the site's first.
        left: slot -> time until its lines lapse, None: never; absent: they have.
        now: by its own clock.
    """

    groups: dict[str, set[IPv4Network]]
    lines: tuple[list[str], ...]
    left: Mapping[str, timedelta | None]
    now: datetime

    def holds(self, slot: Slot, dialect: Dialect) -> bool:
        """Tell whether the slot is there whole: its lines in order, in each list, and its targets."""
        return self.groups.get(slot.behind) == set(slot.targets) and all(
            _in_order(dialect.lines(slot), lines) for lines in self.lines
        )


@dataclass(frozen=True, slots=True)
class CiscoDevice:
    """One device."""

    entrance: Entrance
    dialect: Dialect

    def arm(self, structure: Structure) -> bool:
        """Look only: loading the structure is its administrator's act."""
        if not self.armed(structure):
            raise unarmed(self.entrance.point.id)
        return False

    def armed(self, structure: Structure) -> bool:
        """Tell whether it has the lines and groups of these doors, before the site's own lines."""
        told = self.entrance.talk(self._read)
        slots = slots_of(structure)
        there = all({slot.vital, slot.shut} <= told.groups.keys() for slot in slots)
        return there and all(told.holds(slot, self.dialect) for slot in slots)

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        """Shut doors until an end by its own clock; on a device that remembers connections, end those that are open."""
        slots = [Slot(door) for door in doors]

        def shut(session: Session) -> None:
            end = until(read_clock(session.ask("show clock")) + revert_after)
            session.change([command for slot in slots for command in self.dialect.shutting(slot, end)])
            for command in self._forgetting(slots):
                session.ask(command)

        self.entrance.talk(shut)

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        """Move the end: to that of the lease, or away."""

        def keep(session: Session) -> None:
            told = self._read(session)
            if len(self._compare(doors, told).whole) < len(doors):
                raise lapsed(self.entrance.point.id)
            commands: list[str] = []
            for door in doors:
                end = until(told.now + lease) if door.vanishing is Vanishing.FAIL_OPEN else ALWAYS
                commands += [f"time-range {Slot(door).name}", "no absolute", end]
            session.change(commands)

        self.entrance.talk(keep)

    def remove(self, doors: Sequence[DoorRules]) -> None:
        """Take the members out again, and put the end in the past."""

        def free(session: Session) -> None:
            groups = read_groups(session.ask(self.dialect.groups))
            session.change([command for door in doors for command in self.dialect.opening(Slot(door), groups)])

        self.entrance.talk(free)

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        """Read its groups, lines, time ranges and clock."""
        return self._compare(doors, self.entrance.talk(self._read))

    def _compare(self, doors: Sequence[DoorRules], told: Told) -> Readback:
        slots = [Slot(door) for door in doors]
        sound = {slot.name for slot in slots if slot.name in told.left and told.holds(slot, self.dialect)}
        return readback(doors, told.groups, sound=sound, lapses=told.left)

    def _read(self, session: Session) -> Told:
        now = read_clock(session.ask("show clock"))
        return Told(
            groups=read_groups(session.ask(self.dialect.groups)),
            lines=tuple(
                read_lines(session.ask(self.dialect.listing.format(name))) for name in self.entrance.place.names
            ),
            left=read_ranges(session.ask(self.dialect.ranges), now),
            now=now,
        )

    def _forgetting(self, slots: Iterable[Slot]) -> Iterable[str]:
        """Give what ends the connections that these doors stop, on a device that remembers them; lifelines are spared.

        Source: "clear conn", ASA command reference (address and port of either side since 8.3).
        """
        if not self.dialect.remembers:
            return
        for slot in slots:
            for crossing in slot.door.crossings:
                ends = f"address {crossing.source.first}-{crossing.source.last}"
                target = f"address {crossing.target.first}-{crossing.target.last}"
                if not slot.lifelines:
                    yield f"clear conn {ends} {target}"
                    continue
                for number, name in ((6, "tcp"), (17, "udp")):
                    kept = sorted(ports for protocol, ports in slot.lifelines if protocol == number and ports)
                    for first, last in _between(kept):
                        yield f"clear conn protocol {name} {ends} {target} port {first}-{last}"


def _between(kept: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Give the ports that are not kept."""
    free = 1
    for first, last in kept:
        if first > free:
            yield free, first - 1
        free = max(free, last + 1)
    if free <= 65535:  # noqa: PLR2004 - the last port
        yield free, 65535


def _in_order(wanted: Sequence[str], lines: Sequence[str]) -> bool:
    rest = iter(lines)
    return all(line in rest for line in wanted)
