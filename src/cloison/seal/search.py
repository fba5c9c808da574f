"""Changes to a set of doors, without the solver: reopening what costs too much, and choosing between equals."""

from collections.abc import Callable, Sequence

import numpy as np

from cloison.seal.balance import Balance
from cloison.seal.doors import CLOSED, LIFELINE, OPEN, Doors
from cloison.seal.programme import NEVER, DoorColumns
from cloison.spread.scenarios import Levels

TRIALS = 400
"""Sets of doors weighed when the solver has run out of time: tenths of a second on a large map."""

_EQUAL = 1e-10
"""Relative: below it two objectives differ by rounding alone."""


def shut_then_reopen(columns: DoorColumns, objective: Callable[[Levels], float]) -> Levels:
    """Give fair doors, (D,), when there is no time for better: every door that can serve, less what can be spared."""
    hardest = np.where(columns.closed != NEVER, CLOSED, LIFELINE)
    every_useful = np.where(columns.shut != NEVER, hardest, OPEN).astype(np.int8)
    return reopen(every_useful, objective, TRIALS)


def reopen(door_levels: Levels, objective: Callable[[Levels], float], trials: int) -> Levels:
    """Open doors, many at a time, as long as the objective does not rise.

    A half of the shut doors is opened at once; where that costs, each half of the half is tried in turn.

    Args:
        door_levels: (D,) where to begin.
        objective: to be kept low.
        trials: sets of doors that may be weighed.

    Returns:
        (D,) levels, never worse than the beginning.

    Source: delta debugging (Zeller 2002), on doors.
    """
    best, lowest = door_levels, objective(door_levels)
    shut = np.flatnonzero(door_levels != OPEN)
    blocks = [half for half in np.array_split(shut, 2) if len(half)]
    while blocks and trials:
        trials -= 1
        block = blocks.pop(0)
        tried = best.copy()
        tried[block] = OPEN
        value = objective(tried)
        if value <= lowest:
            best, lowest = tried, value
        elif len(block) > 1:
            blocks += np.array_split(block, 2)
    return best


def settle(door_levels: Levels, doors: Doors, balance: Balance) -> Levels:
    """Choose between plans that cost the same, so that a plan holds nothing that a person would question.

    Door by door in the map's order, keeping the objective: open rather than shut; where a lifeline flow
    crosses, lifeline rather than closed; where none does, closed rather than lifeline, since the lifeline
    level would let nothing useful through and the few scenarios may not show its risk.

    Args:
        door_levels: (D,).
        doors: D doors.
        balance: gives the objective.
    """
    best, lowest = door_levels, balance.objective(door_levels)
    for door in np.flatnonzero(door_levels != OPEN).tolist():
        for level in _gentler(int(best[door]), crossed=bool(doors.lifeline[door])):
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
