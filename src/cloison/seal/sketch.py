"""Good doors, and a bound, before the whole programme is written: the one behind the free wall.

With the wall up most ways of the intruder are gone, and most of the programme with them: it is written and solved in a
fraction of the time. The wall takes no care, and here its doors cost nothing: so what this programme costs bounds every
plan from below. Its doors and the wall's, once those that stop nobody are open again, are seldom a percent above.
"""

from typing import NamedTuple

import numpy as np

from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline, OutOfTime
from cloison.seal.formulation import write_programme
from cloison.seal.programme import HALF
from cloison.seal.relaxation import Relaxation, Relaxed
from cloison.seal.wall import behind
from cloison.spread.scenarios import Levels

_ROUNDINGS = (HALF, 1e-6, 0.2, 0.8)
"""Doors shut when at least this far shut: the nearest, the most cautious, and between."""


class Sketch(NamedTuple):
    """What the programme behind the wall says.

    Attributes:
        choices: sets of doors, (D,) levels each, none of them idle.
        bound: no doors cost less.
    """

    choices: tuple[Levels, ...]
    bound: float


def sketch(asked: Asked, balance: Balance, wall: Levels, deadline: Deadline) -> Sketch:
    """Relax the programme behind a wall, and round what it says.

    Args:
        asked: the question.
        balance: its objective.
        wall: (D,) levels that take no care; see `free_wall`.
        deadline: when it passes, the last answer on the way serves.

    Raises:
        OutOfTime: there was none.
    """
    programme, _, _ = write_programme(behind(asked, wall), deadline)
    answers: list[Relaxed] = []
    Relaxation(programme, deadline).solve({}, np.inf, answers.append)
    if not answers:
        raise OutOfTime
    last = answers[-1]
    roundings = _ROUNDINGS if len(last.ajar) and not deadline.passed() else _ROUNDINGS[:1]
    rounded = (np.maximum(programme.doors.levels(last.doors, rounding), wall) for rounding in roundings)
    return Sketch(tuple(balance.without_idle(levels) for levels in rounded), last.bound)
