import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.planner import write_programme
from cloison.seal.programme import NEVER, SURE, DoorColumns, Programme


def empty_programme(columns: int) -> Programme:
    doors = np.arange(columns, dtype=np.intp)
    return Programme(doors=DoorColumns(shut=doors, closed=doors, count=columns), count=columns)


def test_certain_parts_settle_some_and_every():
    programme = empty_programme(2)
    never, sure, one = (np.array([term]) for term in (NEVER, SURE, 1))
    assert programme.some([never, one]).tolist() == [1]
    assert programme.some([sure, one]).tolist() == [SURE]
    assert programme.every([never, one]).tolist() == [NEVER]
    assert programme.every([sure, one]).tolist() == [1]
    assert programme.some([]).tolist() == [NEVER]
    assert programme.every([]).tolist() == [SURE]
    assert programme.some([one, one]).tolist() == [1]
    assert programme.count == 2


def test_several_uncertain_parts_get_a_column_and_its_rows():
    programme = empty_programme(2)
    zero, one = np.array([0]), np.array([1])
    assert programme.some([zero, one]).tolist() == [2]
    assert programme.every([zero, one]).tolist() == [3]
    row, column, coefficient, lower = programme.rows()
    rows = [
        (sorted(zip(column[row == each].tolist(), coefficient[row == each].tolist(), strict=True)), bound)
        for each, bound in enumerate(lower.tolist())
    ]
    assert rows == [
        ([(0, -1.0), (2, 1.0)], 0.0),
        ([(1, -1.0), (2, 1.0)], 0.0),
        ([(0, -1.0), (1, -1.0), (3, 1.0)], -1.0),
    ]


def test_what_is_sure_costs_at_once():
    programme = empty_programme(1)
    programme.add_cost(np.array([SURE, NEVER, 0]), np.array([1.0, 2.0, 4.0]))
    assert programme.constant == 1.0
    assert programme.costs().tolist() == [4.0]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_a_completed_set_of_doors_obeys_every_row_and_costs_what_it_costs(seed, draw):
    asked = make_ready(*random_hospital(seed))
    programme, network, first = write_programme(asked)
    values = (np.random.default_rng(draw).random(programme.doors.count) < 0.5).astype(float)
    doors = programme.doors.levels(values)
    solution = programme.complete(network, first, doors)
    row, column, coefficient, lower = programme.rows()
    reached = np.bincount(row, weights=coefficient * solution[column], minlength=len(lower))
    assert (reached >= lower - 1e-9).all()
    cost = programme.constant + programme.costs() @ solution
    assert abs(cost - Balance(asked).objective(doors)) <= 1e-6 * max(1.0, cost)


@given(seed=st.integers(0, 100_000))
def test_levels_written_as_values_are_read_back(seed):
    programme, _, _ = write_programme(make_ready(*random_hospital(seed)))
    levels = programme.doors.levels((np.random.default_rng(seed).random(programme.doors.count) < 0.5).astype(float))
    assert np.array_equal(programme.doors.levels(programme.doors.values(levels)), levels)
