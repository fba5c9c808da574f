"""Doors that a person moves: a cable, a switch in a cabinet. Cloison waits to be told, and keeps what it was told."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cloison.enforce.door_text import doors_text, read_doors
from cloison.enforce.driver import Device
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Readback, Structure


@dataclass(frozen=True, slots=True)
class Manual:
    """The driver."""

    name: str = "manual"
    by_hand: bool = True
    needs_address: bool = False
    speaks_ipv6: bool = True
    leases: bool = False

    def arming(self, structure: Structure) -> str:
        """Give nothing: a cable needs no structure."""
        del structure
        return ""

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the doors as plain lines; the sheet that a person follows is made of them."""
        del revert_after
        return doors_text(doors)

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_doors(text)

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Give what people said of a point."""
        del patience
        return _Told(folder / f"manual-{sha256(point.id.encode()).hexdigest()[:16]}.json")


DRIVER = Manual()


@dataclass(frozen=True, slots=True)
class _Told:
    """Conduits that a person said are shut."""

    path: Path

    def arm(self, structure: Structure) -> bool:
        del structure
        return False

    def armed(self, structure: Structure) -> bool:
        del structure
        return True

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        """Wait: a person has the sheet."""

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        """Keep that a person said so; a cable has no lease."""
        del lease
        self._write(self._read() | {str(door.conduit) for door in doors})

    def remove(self, doors: Sequence[DoorRules]) -> None:
        self._write(self._read() - {str(door.conduit) for door in doors})

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        told = self._read()
        asked = {door.conduit for door in doors}
        return Readback(
            whole=tuple(door.conduit for door in doors if door.conduit in told), strangers=len(told - asked)
        )

    def _read(self) -> set[str]:
        try:
            return set(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return set()

    def _write(self, told: set[str]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(json.dumps(sorted(told), indent=1))
        fresh.replace(self.path)
