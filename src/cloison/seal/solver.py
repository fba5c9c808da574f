"""HiGHS, the solver of the plan: one programme in, the best doors found and a proved bound out."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from cloison.seal.programme import Programme

INFINITY = highspy.kHighsInf


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the solver says.

    Attributes:
        values: columns of the best solution that it holds; None when it has none.
        bound: no solution costs less, the programme's constant included.
    """

    values: NDArray[np.float64] | None
    bound: float


def solve(programme: Programme, start: NDArray[np.float64], time_limit_seconds: float) -> Answer:
    """Minimise the programme.

    One thread, a fixed seed and no tolerance on the gap: the same programme gives the same answer, as long
    as the time limit does not cut the search short.

    Args:
        programme: columns in [0, 1], those of the doors whole.
        start: a solution to begin with.
        time_limit_seconds: of the solver alone.

    Source: HiGHS, branch and cut (Huangfu and Hall 2018).
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy's own stubs lack it
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
        ("time_limit", time_limit_seconds),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_model(programme))
    solution = highspy.HighsSolution()
    solution.col_value = start
    solver.setSolution(solution)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.kSolutionStatusFeasible
    # Every cost is 0 or more, so what is sure bounds the whole whatever the solver reached.
    bound = max(programme.constant, info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else programme.constant
    return Answer(values=np.asarray(solver.getSolution().col_value) if found else None, bound=bound)


def _model(programme: Programme) -> highspy.HighsLp:
    row, column, coefficient, lower = programme.rows()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = programme.count, len(lower)
    lp.offset_ = programme.constant
    lp.col_cost_ = programme.costs()
    lp.col_lower_, lp.col_upper_ = np.zeros(programme.count), np.ones(programme.count)
    lp.row_lower_, lp.row_upper_ = lower, np.full(len(lower), INFINITY)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = programme.count, len(lower)
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(lower)))]).astype(np.int32)
    lp.a_matrix_.index_ = column.astype(np.int32)
    lp.a_matrix_.value_ = coefficient
    whole = [highspy.HighsVarType.kInteger] * programme.doors.count
    lp.integrality_ = whole + [highspy.HighsVarType.kContinuous] * (programme.count - programme.doors.count)
    return lp
