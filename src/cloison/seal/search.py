"""Changes to a set of doors, without the solver: reopening, swapping, and choosing between equals."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline
from cloison.seal.doors import CLOSED, LIFELINE, OPEN, Doors
from cloison.seal.programme import NEVER, DoorColumns
from cloison.spread.scenarios import Levels

Objective: TypeAlias = Callable[[Levels], float]
"""What a set of doors, (D,), costs."""

_EQUAL = 1e-10
"""Relative: below it two objectives differ by rounding alone."""


class Patience(NamedTuple):
    """For how long to look: whichever comes first.

    Attributes:
        trials: sets of doors that may be weighed.
        deadline: when to stop.
    """

    trials: int
    deadline: Deadline

    def goes_on(self, trials: int) -> bool:
        """Tell whether one more set may be weighed after these."""
        return trials < self.trials and not self.deadline.passed()


def reopen(door_levels: Levels, objective: Objective, least: Levels, patience: Patience) -> Levels:
    """Open doors, many at a time, as long as the objective does not rise.

    A half of the shut doors is opened at once; where that costs, each half of the half is tried in turn.

    Args:
        door_levels: (D,) where to begin.
        objective: to be kept low.
        least: (D,) the level that no door is opened beyond.
        patience: for how long.

    Returns:
        (D,) levels, never worse than the beginning.

    Source: delta debugging (Zeller 2002), on doors.
    """
    best, lowest = door_levels, objective(door_levels)
    shut = np.flatnonzero(door_levels > least)
    blocks = [half for half in np.array_split(shut, 2) if len(half)]
    trials = 0
    while blocks and patience.goes_on(trials):
        trials += 1
        block = blocks.pop(0)
        tried = best.copy()
        tried[block] = least[block]
        value = objective(tried)
        if value <= lowest:
            best, lowest = tried, value
        elif len(block) > 1:
            blocks += np.array_split(block, 2)
    return best


def swap(door_levels: Levels, columns: DoorColumns, objective: Objective, patience: Patience) -> Levels:
    """Move one door at a time, and keep what lowers the objective: those that are shut first, then the others.

    Args:
        door_levels: (D,) where to begin.
        columns: which doors can serve, and at which levels.
        objective: to be lowered.
        patience: for how long.

    Returns:
        (D,) levels, never worse than the beginning.
    """
    best, lowest = door_levels, objective(door_levels)
    useful = np.flatnonzero(columns.shut != NEVER)
    order = useful[np.argsort(door_levels[useful] == OPEN, kind="stable")].tolist()
    since = place = trials = 0
    while since < len(order) and patience.goes_on(trials):
        door = order[place % len(order)]
        since, place = since + 1, place + 1
        for level in columns.choices(door):
            if level == best[door]:
                continue
            trials += 1
            tried = best.copy()
            tried[door] = level
            value = objective(tried)
            if value < lowest - _EQUAL * max(1.0, lowest):
                best, lowest, since = tried, value, 0
    return best


def settle(door_levels: Levels, doors: Doors, balance: Balance, deadline: Deadline) -> Levels:
    """Choose between plans that cost the same, so that a plan holds nothing that a person would question.

    Door by door in the map's order, keeping the objective: open rather than shut; where a lifeline flow
    crosses, lifeline rather than closed; where none does, closed rather than lifeline, since the lifeline
    level would let nothing useful through and the few scenarios may not show its risk.

    Args:
        door_levels: (D,).
        doors: D doors.
        balance: gives the objective.
        deadline: what is left undone then stays as it is.
    """
    best, lowest = door_levels, balance.objective(door_levels)
    for door in np.flatnonzero(door_levels != OPEN).tolist():
        if deadline.passed():
            break
        for level in _gentler(int(best[door]), crossed=bool(doors.lifeline[door])):
            if level < doors.least[door]:
                continue
            tried = best.copy()
            tried[door] = level
            value = balance.objective(tried)
            if value <= lowest + _EQUAL * max(1.0, lowest):
                best, lowest = tried, min(value, lowest)
                break
    return best


def _gentler(level: int, *, crossed: bool) -> Sequence[int]:
    if level == CLOSED:
        return (OPEN, LIFELINE) if crossed else (OPEN,)
    return (OPEN,) if crossed else (OPEN, CLOSED)
