"""Good sets of doors without the solver: a first plan to begin the proof with, and the choice between equals."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from cloison.care.needs import Mask
from cloison.model.hospital import ZoneId
from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.doors import CLOSED, LIFELINE, NO_DOOR, OPEN, Doors
from cloison.seal.programme import NEVER, DoorColumns
from cloison.spread.scenarios import Levels

TRIALS = 300
"""Sets of doors that the search may weigh before the solver takes over: tenths of a second on a large map."""

_EQUAL = 1e-10
"""Relative: below it two objectives differ by rounding alone."""


def first_plan(asked: Asked, columns: DoorColumns, balance: Balance) -> Levels:
    """Take the best of a few plain ideas, then reopen what was shut for nothing.

    The ideas: nothing; the useful doors on the way out of the suspected zones; every useful door; each shut
    as softly as is of use, and as hard.
    """
    useful = columns.shut != NEVER
    hardest = np.where(columns.closed != NEVER, CLOSED, LIFELINE).astype(np.int8)
    softest = np.where(columns.closed == columns.shut, CLOSED, LIFELINE).astype(np.int8)
    leaving = doors_leaving(asked, {zone for zone, probability in asked.parameters.suspicion if probability > 0.0})
    ideas = [np.full(asked.doors.count, OPEN, dtype=np.int8)]
    for where in (leaving & useful, useful):
        ideas += [np.where(where, level, OPEN).astype(np.int8) for level in (softest, hardest)]
    best = min(ideas, key=balance.objective)
    return reopen(best, balance.objective, TRIALS)


def doors_leaving(asked: Asked, zones: Collection[ZoneId]) -> Mask:
    """Tell which doors, (D,), stand on a conduit from one of these zones to another zone."""
    leaving = np.zeros(asked.doors.count, dtype=np.bool_)
    for conduit, door in zip(asked.hospital.conduits, asked.doors.of_conduit.tolist(), strict=True):
        if door != NO_DOOR and conduit.from_ in zones and conduit.to not in zones:
            leaving[door] = True
    return leaving


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
