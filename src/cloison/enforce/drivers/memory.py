"""A device in a file: for dry runs, for rehearsing a device that fails, and for tests."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from time import sleep

from cloison.enforce.door_text import doors_text, member_text, read_doors, read_member
from cloison.enforce.driver import Device, compare
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Member, Readback, Structure, Vanishing
from cloison.words import Sentence, say


class Failing(StrEnum):
    """How a rehearsed device fails; the map's `address` names one."""

    UNREACHABLE = "unreachable"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a fault's name
    SLOW = "slow"
    GARBAGE = "garbage"
    IDLE = "accepts-and-does-nothing"
    HALF = "half-applied"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """The driver.

    Attributes:
        clock: tells the time at which members lapse.
    """

    name: str = "memory"
    by_hand: bool = False
    needs_address: bool = False
    speaks_ipv6: bool = True
    leases: bool = True
    clock: Callable[[], datetime] = _now

    def arming(self, structure: Structure) -> str:
        """Give the empty structure: an empty file."""
        del structure
        return "armed\n"

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as plain lines."""
        del revert_after
        return doors_text(doors)

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_doors(text)

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point: a file of its own in the folder."""
        try:
            failing = Failing(point.address) if point.address else None
        except ValueError as error:
            raise BadValueError(
                say("this is no way of failing"),
                fix=say("write it as one of: {forms}", forms=", ".join(Failing)),
                where=str(point.address),
            ) from error
        name = sha256(point.id.encode()).hexdigest()[:16]
        return _Kept(folder / f"memory-{name}.json", failing, patience, self.clock, point.id)


DRIVER = Memory()


@dataclass(frozen=True, slots=True)
class _Kept:
    """Members in a file: text -> the time at which it lapses, null when it does not."""

    path: Path
    failing: Failing | None
    patience: timedelta
    clock: Callable[[], datetime]
    name: str

    def arm(self, structure: Structure) -> bool:
        del structure
        self._stumble()
        if self.path.exists():
            return False
        self._write({})
        return True

    def armed(self, structure: Structure) -> bool:
        del structure
        self._stumble()
        return self.path.exists()

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        members = self._read()
        if self.failing is Failing.IDLE:
            return
        until = self.clock() + revert_after
        asked = [member for door in doors for member in door.members]
        if self.failing is Failing.HALF:
            asked = asked[: len(asked) // 2]
        self._write({**members, **dict.fromkeys(asked, until)})

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        members = self._read()
        for door in doors:
            if any(member not in members for member in door.members):
                raise self._error(say("{point} has opened by itself, or never shut", point=self.name))
            until = self.clock() + lease if door.vanishing is Vanishing.FAIL_OPEN else None
            members.update(dict.fromkeys(door.members, until))
        self._write(members)

    def remove(self, doors: Sequence[DoorRules]) -> None:
        gone = {member for door in doors for member in door.members}
        self._write({member: until for member, until in self._read().items() if member not in gone})

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        now = self.clock()
        members = {member: until - now if until else None for member, until in self._read().items()}
        return compare(members, doors)

    def _read(self) -> dict[Member, datetime | None]:
        self._stumble()
        try:
            page = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        kept = {read_member(text): datetime.fromisoformat(until) if until else None for text, until in page.items()}
        now = self.clock()
        return {member: until for member, until in kept.items() if until is None or until > now}

    def _write(self, members: dict[Member, datetime | None]) -> None:
        page = {member_text(member): until.isoformat() if until else None for member, until in members.items()}
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(json.dumps(page, indent=1))
        fresh.replace(self.path)

    def _stumble(self) -> None:
        """Fail as a device would, when it was asked to."""
        match self.failing:
            case Failing.UNREACHABLE:
                raise self._error(say("{point} cannot be reached", point=self.name))
            case Failing.WRONG_PASSWORD:
                raise self._error(say("{point} does not let us in", point=self.name))
            case Failing.SLOW:
                sleep(self.patience.total_seconds())
                raise self._error(say("{point} did not answer in time", point=self.name))
            case Failing.GARBAGE:
                raise self._error(say("{point} answers what nobody understands", point=self.name))
            case _:
                return

    def _error(self, problem: Sentence) -> DeviceError:
        return DeviceError(
            problem,
            fix=say("it is a rehearsed device: see its address in the map"),
            where=self.name,
        )
