"""What a person has decided already: doors to keep open, doors to shut, and the rest re-planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import Conduit, Hospital
from cloison.words import say

DoorKey: TypeAlias = tuple[str, str]
"""("door", id) for conduits that share one, else ("conduit", id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The doors that the planner may not choose for.

    Attributes:
        keep_open: stay open.
        shut: stand at lifeline or closed, whichever is better.
    """

    keep_open: frozenset[DoorKey] = frozenset()
    shut: frozenset[DoorKey] = frozenset()


FREE = Pins()


def door_key(conduit: Conduit) -> DoorKey:
    """Name the door of a conduit."""
    return ("conduit", conduit.id) if conduit.door is None else ("door", conduit.door)


def read_pins(hospital: Hospital, keep_open: Iterable[str], shut: Iterable[str]) -> Pins:
    """Find the doors that names of conduits or of doors mean; one conduit of a shared door means the door.

    Raises:
        UnknownIdError: neither a conduit nor a door; the fix names the nearest one.
        BadValueError: one door is to be both open and shut, or nothing can shut it.
    """
    keep_open, shut = tuple(keep_open), tuple(shut)
    if not (keep_open or shut):
        return FREE
    closable = {door_key(conduit) for conduit in hospital.conduits if conduit.enforced_by is not None}
    doors: dict[str, DoorKey] = {key[1]: key for key in map(door_key, hospital.conduits) if key[0] == "door"}
    doors.update({conduit.id: door_key(conduit) for conduit in hospital.conduits})
    opened, closed = ({name: _door(name, doors) for name in names} for names in (keep_open, shut))
    for name, key in closed.items():
        if key not in closable:
            raise BadValueError(
                say("nothing can shut {name}", name=name),
                fix=say("name a passage that has a point of enforcement, or give it one in the map"),
                where=f"--shut {name}",
            )
        both = next((other for other, its in opened.items() if its == key), None)
        if both is not None:
            raise BadValueError(
                say("{name} is to be both shut and kept open", name=name)
                if both == name
                else say("{name} is to be shut, and {other}, the same door, to stay open", name=name, other=both),
                fix=say("choose one of the two"),
                where=f"--shut {name}",
            )
    return Pins(keep_open=frozenset(opened.values()), shut=frozenset(closed.values()))


def _door(name: str, doors: dict[str, DoorKey]) -> DoorKey:
    if name not in doors:
        near = get_close_matches(name, doors, n=1)
        raise UnknownIdError(
            say("no passage or door of the map is called {name}", name=name),
            fix=say("did you mean {near}?", near=near[0]) if near else say("list the map's passages"),
            where=name,
        )
    return doors[name]
