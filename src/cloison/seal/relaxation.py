"""The programme with doors that may stand ajar, on HiGHS' dual simplex: bounds, and where to look for doors.

Most rows of the programme speak of zones that a sensible plan keeps far from the intruder: they never bind.
So the solver starts with none, and is given those that its answer breaks, until it breaks none. What it
answers on the way is a relaxation too: its cost bounds every plan from below.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cloison.seal.deadline import Deadline
from cloison.seal.programme import AS_ASKED, Dearness, Programme
from cloison.spread.scenarios import Places

Values: TypeAlias = NDArray[np.float64]

TOLERANCE = 1e-7
"""A row is broken, or a door neither open nor shut, beyond this: HiGHS' own feasibility tolerance."""

_NONE: Places = np.zeros(0, dtype=np.intp)

_NO_WEIGHT = 1e-11
"""A multiplier of a row below this proves nothing."""


class Relaxed(NamedTuple):
    """What the relaxation says of one box of doors.

    Attributes:
        bound: no doors within the box cost less.
        doors: (D',) values of the doors' columns.
        whole: every row is obeyed and no door stands ajar: these doors are the best of the box.
        ajar: columns of the doors that stand ajar.
    """

    bound: float
    doors: Values
    whole: bool
    ajar: Places


class Multipliers(NamedTuple):
    """A proof of one bound: rows of the programme and what each weighs, 0 or more (Lagrange multipliers).

    Attributes:
        rows: places in the programme's rows.
        weights: care-hours.
    """

    rows: Places
    weights: Values


class Relaxation:
    """One programme, the rows that the solver has been given, and the box that it is asked about."""

    def __init__(self, programme: Programme, deadline: Deadline) -> None:
        row, column, coefficient, self._lower = programme.rows()
        self._rows = csr_array((coefficient, (row, column)), shape=(len(self._lower), programme.count))
        self._is_given = np.zeros(len(self._lower), dtype=np.bool_)
        self._given: list[Places] = []
        self._columns, self._deadline = programme.doors, deadline
        self._free = np.zeros(programme.doors.count), np.ones(programme.doors.count)
        self._free[0][programme.doors.held()] = 1.0
        self._boxed: Mapping[int, int] = {}
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy's own stubs lack it
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            # `network.shrink` has done what presolve would find, and a warm start does without.
            ("presolve", "off"),
        ):
            self._solver.setOptionValue(option, value)
        self._programme = programme
        self._constant, self._costs = programme.priced(AS_ASKED)
        self._solver.passModel(self._bare())

    def solve(
        self, box: Mapping[int, int], enough: float, on_round: Callable[[Relaxed], object] | None = None
    ) -> Relaxed | None:
        """Bound what the doors of a box cost.

        Args:
            box: column of a door -> 0 or 1, what is settled; the other doors may stand ajar.
            enough: a bound this high is as good as a higher one: no need to go on.
            on_round: told each answer on the way, the last one included.

        Returns:
            None when the time is out, or when the solver fails.
        """
        self._settle(box)
        if not self._given:
            least = np.zeros(len(self._costs))
            least[: self._columns.count] = self._free[0]
            least[list(box)] = list(box.values())
            if not self._give(least):
                # Every cost is 0 or more: what moves nothing, and breaks no row, costs the least.
                answer = Relaxed(self._constant + float(self._costs @ least), least[: self._columns.count], True, _NONE)
                if on_round:
                    on_round(answer)
                return answer
        while True:
            values = self._run()
            if values is None:
                return None
            bound = self._solver.getInfo().objective_function_value
            doors = values[: self._columns.count]
            broken = bound < enough and self._give(values)
            ajar = np.flatnonzero(np.abs(doors - np.round(doors)) > TOLERANCE)
            answer = Relaxed(bound, doors, whole=bound < enough and not broken and not len(ajar), ajar=ajar)
            if on_round:
                on_round(answer)
            if not broken:
                return answer

    def reprice(self, dearness: Dearness) -> None:
        """Hold the two harms otherwise beside each other; rows and the last answer serve as a start."""
        self._constant, self._costs = self._programme.priced(dearness)
        count = len(self._costs)
        self._solver.changeColsCost(count, np.arange(count, dtype=np.int32), self._costs)
        self._solver.changeObjectiveOffset(self._constant)

    def multipliers(self) -> Multipliers:
        """Give what proves the bound of the last answer."""
        weights = np.asarray(self._solver.getSolution().row_dual)
        rows = np.concatenate([*self._given, _NONE])
        used = weights > _NO_WEIGHT
        return Multipliers(rows[used], weights[used])

    def _settle(self, box: Mapping[int, int]) -> None:
        changed = np.array(sorted({*self._boxed, *box}), dtype=np.int32)
        if len(changed):
            lower = np.array([box.get(place, self._free[0][place]) for place in changed.tolist()], dtype=np.float64)
            upper = np.array([box.get(place, self._free[1][place]) for place in changed.tolist()], dtype=np.float64)
            self._solver.changeColsBounds(len(changed), changed, lower, upper)
        self._boxed = dict(box)

    def _give(self, values: Values) -> int:
        """Give the solver the rows that these values break; tell how many."""
        broken = np.flatnonzero((self._rows @ values < self._lower - TOLERANCE) & ~self._is_given)
        if len(broken):
            self._is_given[broken] = True
            self._given.append(broken)
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

    def _run(self) -> Values | None:
        left = self._deadline.left()
        if left <= 0.0:
            return None
        # HiGHS adds up the time of its runs, and holds their sum to the limit.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self._solver.getSolution().col_value)

    def _bare(self) -> highspy.HighsLp:
        """Give the columns alone."""
        count, doors = len(self._costs), self._columns.count
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.offset_ = count, 0, self._constant
        lp.col_cost_ = self._costs
        lower, upper = np.zeros(count), np.ones(count)
        lower[:doors], upper[:doors] = self._free
        lp.col_lower_, lp.col_upper_ = lower, upper
        lp.a_matrix_.num_col_ = count
        lp.a_matrix_.start_ = np.zeros(count + 1, dtype=np.int32)
        return lp
