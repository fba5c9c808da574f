"""The doors of a map: what can be shut, and what moves together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.seal.pins import FREE, DoorKey, Pins, door_key
from cloison.spread.rates import LEVELS
from cloison.spread.scenarios import Levels, Mask, Places

OPEN, LIFELINE, CLOSED = range(len(LEVELS))
NO_DOOR = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """D doors in the map's order, each standing for one conduit or for all that share its name.

    Attributes:
        of_conduit: (C,) door of each conduit; NO_DOOR: nothing can shut it.
        count: D.
        flows: (F,) the doors that each flow crosses.
        lifeline: (D,) whether a lifeline flow crosses the door.
        least: (D,) the level that the door may not be opened beyond: LIFELINE for those that a person wants shut.
    """

    of_conduit: Places
    count: int
    flows: tuple[tuple[int, ...], ...]
    lifeline: Mask
    least: Levels

    def conduit_levels(self, door_levels: Levels) -> Levels:
        """Spread the levels of the doors, (D,), over the conduits, (C,)."""
        with_open = np.append(door_levels, np.int8(OPEN))
        levels: Levels = with_open[self.of_conduit]
        return levels


def find_doors(hospital: Hospital, pins: Pins = FREE) -> Doors:
    """Group the conduits that can be shut: those of one `door` move together; without a point they stay open.

    A door that a person wants open is no door: nothing can shut it.
    """
    places: dict[DoorKey, int] = {}
    of_conduit: dict[ConduitId, int] = {}
    for conduit in hospital.conduits:
        key = door_key(conduit)
        if conduit.enforced_by is None or key in pins.keep_open:
            of_conduit[conduit.id] = NO_DOOR
        else:
            of_conduit[conduit.id] = places.setdefault(key, len(places))
    flows = tuple(tuple(sorted({of_conduit[conduit] for conduit in flow.via} - {NO_DOOR})) for flow in hospital.flows)
    lifeline = np.zeros(len(places), dtype=np.bool_)
    for flow, crossed in zip(hospital.flows, flows, strict=True):
        if flow.lifeline:
            lifeline[list(crossed)] = True
    return Doors(
        of_conduit=np.array(list(of_conduit.values()), dtype=np.intp),
        count=len(places),
        flows=flows,
        lifeline=lifeline,
        least=np.array([LIFELINE if key in pins.shut else OPEN for key in places], dtype=np.int8),
    )


def levels_by_conduit(hospital: Hospital, doors: Doors, door_levels: Levels) -> Mapping[ConduitId, Level]:
    """Name the conduits that are not open, in the map's order."""
    levels = doors.conduit_levels(door_levels)
    return {hospital.conduits[place].id: LEVELS[levels[place]] for place in np.flatnonzero(levels != OPEN).tolist()}
