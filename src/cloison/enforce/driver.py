"""What a sort of enforcement point is to Cloison: its own text, and devices that hold members."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Member, Readback, Structure


class Device(Protocol):
    """One enforcement point, reached anew for each act.

    Every act ends within the patience that the device was made with.

    Raises:
        DeviceError: from any act: it cannot be reached, refuses, answers late or what nobody understands. What the
            device holds then is unknown until it is read.
    """

    def arm(self, structure: Structure) -> bool:
        """Give it the empty structure, once; nothing passes or stops until a member is added.

        Returns:
            False when it had it already.
        """
        ...

    def armed(self, structure: Structure) -> bool:
        """Tell whether it has the structure for these doors, whole and as Cloison made it."""
        ...

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        """Shut doors, all in one change; unless confirmed, they open by themselves."""
        ...

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        """Keep doors shut: those that fail open for a lease, which may be confirmed again; the others for good.

        Raises:
            DeviceError: also when one of them has opened by itself.
        """
        ...

    def remove(self, doors: Sequence[DoorRules]) -> None:
        """Open doors; those that are open already are no mistake."""
        ...

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        """Read what it holds of these doors."""
        ...


class Driver(Protocol):
    """A sort of enforcement point.

    Attributes:
        name: what the map's `driver` says.
        by_hand: a person acts; Cloison only waits to be told.
        needs_address: the map must say where the device answers.
        speaks_ipv6: it can be asked to shut a door between IPv6 addresses.
        leases: its devices open a door that fails open by themselves, once the lease is over; those that do not only
            open it while it is unconfirmed.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - told above
    @property
    def by_hand(self) -> bool: ...  # noqa: D102 - told above
    @property
    def needs_address(self) -> bool: ...  # noqa: D102 - told above
    @property
    def speaks_ipv6(self) -> bool: ...  # noqa: D102 - told above
    @property
    def leases(self) -> bool: ...  # noqa: D102 - told above

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        ...

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text."""
        ...

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote.

        Raises:
            BadValueError: it is no such text.
        """
        ...

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point.

        Args:
            point: where it is.
            folder: where devices without a memory of their own keep theirs.
            patience: no act may last longer.

        Raises:
            BadValueError: its address is no address of this driver.
        """
        ...


def compare(members: Mapping[Member, timedelta | None], doors: Collection[DoorRules]) -> Readback:
    """Compare what a device holds with what it was asked.

    Args:
        members: what it holds, with the time until it lapses; None: it does not.
        doors: what it was asked.
    """
    whole, partly, lapses = [], [], []
    for door in doors:
        there = [member for member in door.members if member in members]
        if there and len(there) == len(door.members):
            whole.append(door.conduit)
            times = [left for left in (members[member] for member in there) if left is not None]
            if times:
                lapses.append((door.conduit, min(times)))
        elif there:
            partly.append(door.conduit)
    asked = {member for door in doors for member in door.members}
    return Readback(
        whole=tuple(whole),
        partly=tuple(partly),
        strangers=sum(member not in asked for member in members),
        lapses=tuple(lapses),
    )
