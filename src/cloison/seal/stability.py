"""Staying with an earlier plan while it is good enough, and saying why a door moves."""

from collections.abc import Callable, Mapping

import numpy as np

from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.plan import Move
from cloison.seal.doors import NO_DOOR, Doors
from cloison.spread.rates import LEVELS
from cloison.spread.scenarios import Levels

KEPT_SHARE, KEPT_CARE_HOURS = 0.02, 1.0
"""An earlier plan is kept while it loses no more than this above the best: the larger of the two.

Moving doors has its own cost, people's trust first, and a suspicion is an estimate: within 2 % the scenarios
themselves do not part two plans.
"""


def earlier_doors(hospital: Hospital, doors: Doors, earlier: Mapping[ConduitId, Level]) -> Levels:
    """Read the doors of an earlier plan on this map, (D,), as far as pins and the map still allow them.

    Passages that the map no longer holds, or that nothing shuts, are passed over; of one door, the hardest counts.
    """
    levels = doors.least.copy()
    for conduit, door in zip(hospital.conduits, doors.of_conduit.tolist(), strict=True):
        if door != NO_DOOR:
            levels[door] = max(int(levels[door]), LEVELS.index(earlier.get(conduit.id, Level.OPEN)))
    return levels


def is_kept(earlier: float, best: float) -> bool:
    """Tell whether an earlier plan that loses this much, the best losing that, stays."""
    return earlier - best <= max(KEPT_SHARE * best, KEPT_CARE_HOURS)


def moves_between(
    hospital: Hospital, doors: Doors, earlier: Levels, chosen: Levels, objective: Callable[[Levels], float]
) -> tuple[Move, ...]:
    """List the doors that move, those that matter most first, each with what leaving it would cost.

    Args:
        hospital: the map.
        doors: D doors.
        earlier: (D,) levels.
        chosen: (D,) levels.
        objective: under the suspicion of now.
    """
    now = objective(chosen)
    conduits: dict[int, list[ConduitId]] = {}
    for conduit, door in zip(hospital.conduits, doors.of_conduit.tolist(), strict=True):
        conduits.setdefault(door, []).append(conduit.id)
    moves = []
    for door in np.flatnonzero(earlier != chosen).tolist():
        left = chosen.copy()
        left[door] = earlier[door]
        moves.append(
            Move(
                conduits=tuple(conduits[door]),
                before=LEVELS[earlier[door]],
                after=LEVELS[chosen[door]],
                cost_of_leaving=objective(left) - now,
            )
        )
    return tuple(sorted(moves, key=lambda move: -move.cost_of_leaving))
