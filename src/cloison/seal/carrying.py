"""How long it takes to move a set of doors with the people on call."""

from collections.abc import Mapping
from heapq import heapify, heapreplace

from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.seal.pins import DoorKey, door_key

MANUAL = "manual"
"""Driver of a point where a person acts."""


def minutes_to_carry_out(hospital: Hospital, levels: Mapping[ConduitId, Level], people: int) -> float:
    """Give the minutes until the last door has moved, all beginning at once.

    Doors that a device moves do so side by side; those that a person moves are shared out, each person taking
    the longest that is left and doing theirs one after the other.

    Args:
        hospital: the map; a conduit's `close_minutes` count once for a shared door.
        levels: conduits that are not open.
        people: 1 or more.

    Source: longest processing time first, at most 4/3 of the shortest (Graham 1969).
    """
    manual = {point.id for point in hospital.enforcement_points if point.driver == MANUAL}
    by_hand: dict[DoorKey, float] = {}
    by_device = 0.0
    for conduit in hospital.conduits:
        if levels.get(conduit.id, Level.OPEN) is Level.OPEN:
            continue
        if conduit.enforced_by in manual:
            key = door_key(conduit)
            by_hand[key] = max(by_hand.get(key, 0.0), conduit.close_minutes)
        else:
            by_device = max(by_device, conduit.close_minutes)
    busy = [0.0] * people
    heapify(busy)
    for minutes in sorted(by_hand.values(), reverse=True):
        heapreplace(busy, busy[0] + minutes)
    return max(by_device, *busy)
