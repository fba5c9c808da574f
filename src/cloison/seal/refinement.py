"""Doors that last: chosen over more scenarios than were asked, until fresh ones say the same.

A plan proved best over fifty scenarios may do badly in others: a leak that one attack in a thousand takes is in
none of the fifty. So, in the time that is left, the doors are chosen again over twice the scenarios, then twice
as many, each time tried on scenarios that the choice has not seen.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline, OutOfTime
from cloison.seal.formulation import write_programme
from cloison.seal.programme import AS_ASKED, Dearness, DoorColumns
from cloison.seal.relaxation import Relaxation, Relaxed
from cloison.seal.search import Patience, reopen, swap
from cloison.seal.wall import behind, free_wall
from cloison.spread.scenarios import Levels, Scenarios, draw

AGREED = 0.05
"""The doors are good enough when unseen scenarios lose no more than this share above those of the choice."""

_ERRORS = 2.0
"""Or by this many standard errors: then unseen scenarios cannot tell."""

MOST_SCENARIOS = 1_024
_CROSSINGS = 10_000_000
"""Passages times scenarios beyond which no more are drawn: tenths of a second, a hundred megabytes."""

_FIRST, _CHEAP = 256, 400_000
"""Scenarios of the first larger sample, and passages times scenarios above which it is only twice the plan's."""

_GROWTH = 2.5
"""Times as long as the last sample took is kept for one of twice its size."""

_BLOCKS, _BLOCK = 8, 64
"""Unseen scenarios, in blocks of one machine word each: their means tell the error."""

_FAR = 1_000_003

_ROUNDINGS = (0.5, 1e-6)
_TRIALS = 40


class Unseen:
    """Scenarios that no choice is made over, to try doors on."""

    def __init__(self, asked: Asked) -> None:
        # The plan's own seed gives its scenarios; far from it, nobody's.
        parameters = replace(asked.parameters, scenarios=_BLOCKS * _BLOCK, seed=asked.parameters.seed + _FAR)
        drawn = draw(asked.hospital, parameters)
        blocks = [slice(first, first + _BLOCK) for first in range(0, _BLOCKS * _BLOCK, _BLOCK)]
        self._balances = [
            Balance(replace(asked, scenarios=Scenarios(starts=drawn.starts[block], carries=drawn.carries[block])))
            for block in blocks
        ]

    def lost(self, door_levels: Levels) -> tuple[float, float]:
        """Give the mean objective of doors, (D,), and its standard error."""
        means = np.array([balance.objective(door_levels) for balance in self._balances])
        return float(means.mean()), float(means.std(ddof=1) / np.sqrt(_BLOCKS))


class Refined(NamedTuple):
    """Doors chosen over many scenarios, and the means to choose others over the same.

    Attributes:
        levels: (D,) those that lose least over unseen scenarios.
        scenarios: how many the last choice was made over.
        seen: what these doors lose over those, care-hours in all.
        unseen: over unseen ones.
        error: standard error of `unseen`.
        agreed: unseen scenarios lose no more than the seen ones promise.
        chooser: of doors at other prices, over the same scenarios.
    """

    levels: Levels
    scenarios: int
    seen: float
    unseen: float
    error: float
    agreed: bool
    chooser: "Chooser"


class Chooser:
    """One sample of scenarios with the free wall up, and the programme over it: doors for any prices.

    Doors are found by relaxation, rounding and reopening, not proved.

    Raises:
        OutOfTime: the deadline passed before the programme was written.
    """

    def __init__(self, asked: Asked, wall: Levels, scenarios: int, deadline: Deadline) -> None:
        parameters = replace(asked.parameters, scenarios=scenarios)
        self._larger = replace(asked, parameters=parameters, scenarios=draw(asked.hospital, parameters))
        self._wall, self._deadline = wall, deadline
        self.balance = Balance(self._larger)
        programme, _, _ = write_programme(behind(self._larger, wall), deadline)
        self._columns: DoorColumns = programme.doors
        self._relaxation = Relaxation(programme, deadline)

    def choose(self, dearness: Dearness = AS_ASKED) -> Levels | None:
        """Choose doors, (D,), at these prices; None when there is no time."""
        objective = self.balance.priced(dearness)
        best, lowest = self._wall, objective(self._wall)

        def try_rounded(answer: Relaxed, roundings: tuple[float, ...] = _ROUNDINGS[:1]) -> None:
            nonlocal best, lowest
            for rounding in roundings:
                levels = np.maximum(self._columns.levels(answer.doors, rounding), self._wall)
                value = objective(levels)
                if value < lowest:
                    best, lowest = levels, value

        self._relaxation.reprice(dearness)
        answer = self._relaxation.solve({}, np.inf, try_rounded)
        if answer is None:
            return None
        if not answer.whole:
            try_rounded(answer, _ROUNDINGS)
            patience = Patience(_TRIALS, self._deadline)
            best = swap(best, self._columns, lambda levels: objective(np.maximum(levels, self._wall)), patience)
            best = np.maximum(best, self._wall)
        return reopen(best, objective, self._wall, Patience(_TRIALS, self._deadline))


def refine(asked: Asked, best: Levels, deadline: Deadline) -> Refined | None:
    """Choose the doors again over ever more scenarios, until unseen ones agree.

    Args:
        asked: the question; its scenarios are the first of each larger sample.
        best: (D,) doors of the plan, tried beside, alone and with the free wall.
        deadline: no sample is begun that would probably end after it.

    Returns:
        The doors that lose least over unseen scenarios of all that were tried; None when there was no time for one
        larger sample.

    Source: sample average approximation with growing samples (Kleywegt, Shapiro and Homem-de-Mello 2002).
    """
    wall = free_wall(asked)
    unseen = Unseen(asked)
    tried = [best, wall, np.maximum(best, wall)]
    values = [unseen.lost(levels) for levels in tried]
    most = min(MOST_SCENARIOS, max(1, _CROSSINGS // max(1, len(asked.hospital.conduits))))
    first = min(_FIRST, _CHEAP // max(1, len(asked.hospital.conduits)))
    scenarios, found, longest = asked.parameters.scenarios, None, 0.0
    while scenarios < most and not (found and found.agreed):
        began = deadline.left()
        if began <= _GROWTH * longest:
            break
        scenarios = min(2 * scenarios if found else max(2 * scenarios, first), most)
        try:
            chooser = Chooser(asked, wall, scenarios, deadline)
        except OutOfTime:
            break
        chosen = chooser.choose()
        if chosen is None:
            break
        tried.append(chosen)
        values.append(unseen.lost(chosen))
        place = min(range(len(tried)), key=lambda number: values[number][0])
        levels, (lost, error) = tried[place], values[place]
        seen = chooser.balance.objective(levels)
        agreed = lost - seen <= max(AGREED * lost, _ERRORS * error)
        found = Refined(levels, scenarios, seen, lost, error, agreed, chooser)
        longest = began - deadline.left()
    return found
