"""HiGHS, the solver of the plan: one programme in, the best doors found and a proved bound out.

Most rows of the programme speak of zones that a sensible plan keeps far from the intruder: they never bind.
So the solver starts with none, and is given those that its answer breaks, until it breaks none. What it
answers on the way is a relaxation: its cost bounds every plan from below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cloison.seal.doors import OPEN
from cloison.seal.programme import Programme
from cloison.spread.scenarios import Levels

Values: TypeAlias = NDArray[np.float64]

TOLERANCE = 1e-7
"""A row is broken, or a door neither open nor shut, beyond this: HiGHS' own feasibility tolerance."""

_ROUNDINGS = (0.5, 1e-6)
"""Doors shut when at least this far shut in a relaxed answer: the nearest, and the most cautious."""


@dataclass(slots=True)
class Best:
    """The best doors so far, and what no doors can beat.

    Attributes:
        door_levels: (D,).
        objective: of these doors.
        bound: no doors cost less.
        proved: the solver went to its end.
    """

    door_levels: Levels
    objective: float
    bound: float
    proved: bool = False

    def try_doors(self, door_levels: Levels, objective: float) -> None:
        """Keep these doors when they cost less."""
        if objective < self.objective:
            self.door_levels, self.objective = door_levels, objective


def solve(
    programme: Programme,
    objective: Callable[[Levels], float],
    complete: Callable[[Levels], Values],
    time_limit_seconds: float,
) -> Best:
    """Minimise the programme.

    One thread, no tolerance on the gap: the same programme gives the same answer, as long as the time limit
    does not cut the search short. Then the best doors seen and the best bound proved are given all the same.

    Args:
        programme: columns in [0, 1], those of the doors whole.
        objective: what a set of doors costs, worked out without the programme.
        complete: works every column out from the doors.
        time_limit_seconds: of the solver.

    Source: row generation, on HiGHS' dual simplex and branch and cut (Huangfu and Hall 2018).
    """
    every_door_open = np.full(len(programme.doors.shut), OPEN, dtype=np.int8)
    # Every cost is 0 or more: what is sure bounds the whole before the solver has said anything.
    best = Best(every_door_open, objective(every_door_open), programme.constant)
    work = _Work(programme, time_limit_seconds)
    values: Values | None = np.zeros(programme.count)
    while values is not None and work.add_broken(values):
        values = work.relax(best)
        if values is not None:
            for rounding in _ROUNDINGS:
                doors = programme.doors.levels(values, rounding)
                best.try_doors(doors, objective(doors))
    if values is None or work.is_whole(values):
        best.proved = values is not None
        return best
    work.make_whole()
    while values is not None:
        values = work.branch(best, complete(best.door_levels))
        if values is not None:
            doors = programme.doors.levels(values)
            best.try_doors(doors, objective(doors))
            best.proved = not work.add_broken(values)
            values = None if best.proved else values
    return best


class _Work:
    """One solver and the rows that it has been given."""

    def __init__(self, programme: Programme, time_limit_seconds: float) -> None:
        row, column, coefficient, self._lower = programme.rows()
        self._rows = csr_array((coefficient, (row, column)), shape=(len(self._lower), programme.count))
        self._given = np.zeros(len(self._lower), dtype=np.bool_)
        self._doors, self._limit = programme.doors.count, time_limit_seconds
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy's own stubs lack it
        for option, value in (
            ("output_flag", False),
            ("time_limit", time_limit_seconds),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-9),
            # `network.shrink` has done what presolve would find, and a warm start does without.
            ("presolve", "off"),
            ("mip_detect_symmetry", False),
        ):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(_columns(programme))

    def add_broken(self, values: Values) -> int:
        """Give the solver the rows that these values break; tell how many."""
        broken = np.flatnonzero((self._rows @ values < self._lower - TOLERANCE) & ~self._given)
        if len(broken):
            self._given[broken] = True
            part = self._rows[broken]
            self._solver.addRows(
                len(broken),
                self._lower[broken],
                np.full(len(broken), highspy.kHighsInf),
                part.nnz,
                part.indptr[:-1].astype(np.int32),
                part.indices.astype(np.int32),
                part.data,
            )
        return len(broken)

    def relax(self, best: Best) -> Values | None:
        """Solve with doors that may stand ajar; raise the bound; None when the time is out."""
        if not self._run():
            return None
        best.bound = max(best.bound, self._solver.getInfo().objective_function_value)
        return self._values()

    def is_whole(self, values: Values) -> bool:
        """Tell whether every door is open or shut."""
        doors = values[: self._doors]
        return bool(np.all(np.abs(doors - np.round(doors)) <= TOLERANCE))

    def make_whole(self) -> None:
        """Let no door stand ajar from now on."""
        places = np.arange(self._doors, dtype=np.int32)
        self._solver.changeColsIntegrality(
            self._doors, places, np.full(self._doors, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        )

    def branch(self, best: Best, start: Values) -> Values | None:
        """Solve with whole doors, from a known solution; raise the bound; None when the time is out."""
        solution = highspy.HighsSolution()
        solution.col_value = start
        self._solver.setSolution(solution)
        done = self._run()
        bound = self._solver.getInfo().mip_dual_bound
        if np.isfinite(bound):
            best.bound = max(best.bound, bound)
        return self._values() if done else None

    def _run(self) -> bool:
        # HiGHS adds up the time of its runs, and holds their sum to the limit.
        if self._solver.getRunTime() >= self._limit:
            return False
        self._solver.run()
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _values(self) -> Values:
        return np.asarray(self._solver.getSolution().col_value)


def _columns(programme: Programme) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = programme.count, 0, programme.constant
    lp.col_cost_ = programme.costs()
    lp.col_lower_, lp.col_upper_ = np.zeros(programme.count), np.ones(programme.count)
    lp.a_matrix_.num_col_ = programme.count
    lp.a_matrix_.start_ = np.zeros(programme.count + 1, dtype=np.int32)
    return lp
