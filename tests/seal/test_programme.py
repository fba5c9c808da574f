import numpy as np

from cloison.seal.doors import CLOSED, LIFELINE, OPEN
from cloison.seal.programme import NEVER, SURE, DoorColumns, Programme


def empty_programme(columns: int) -> Programme:
    doors = np.arange(columns, dtype=np.intp)
    least = np.zeros(columns, dtype=np.int8)
    return Programme(doors=DoorColumns(shut=doors, closed=doors, least=least, count=columns), count=columns)


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


def two_doors(least: list[int]) -> DoorColumns:
    """The first door has a column for each level, the second one column for both."""
    shut, closed = np.array([0, 1]), np.array([2, 1])
    return DoorColumns(shut=shut, closed=closed, least=np.array(least, dtype=np.int8), count=3)


def test_levels_are_read_off_the_columns():
    columns = two_doors([OPEN, OPEN])
    assert columns.levels(np.array([0.9, 0.2, 0.1])).tolist() == [LIFELINE, OPEN]
    assert columns.levels(np.array([0.9, 0.2, 0.1]), 0.05).tolist() == [CLOSED, CLOSED]


def test_a_door_that_must_be_shut_has_no_choice_to_open():
    columns = two_doors([LIFELINE, LIFELINE])
    assert columns.held().tolist() == [0, 1]
    assert (columns.choices(0), columns.choices(1)) == ((LIFELINE, CLOSED), (CLOSED,))
    assert two_doors([OPEN, OPEN]).choices(0) == (OPEN, LIFELINE, CLOSED)
