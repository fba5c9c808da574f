import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ops.ahead import read_ahead


@given(st.lists(st.integers(), max_size=40), st.integers(1, 5))
def test_pieces_come_in_their_own_order(pieces, ahead):
    assert list(read_ahead(iter(pieces), ahead)) == pieces


def test_a_fault_comes_after_what_came_before_it():
    def pieces():
        yield 1
        yield 2
        raise ZeroDivisionError

    taken = read_ahead(pieces())
    assert [next(taken), next(taken)] == [1, 2]
    with pytest.raises(ZeroDivisionError):
        next(taken)


def test_no_more_than_a_few_pieces_are_made_ahead():
    made = []
    taken = read_ahead((made.append(number) or number for number in range(1000)), ahead=3)
    next(taken)
    taken.close()
    assert len(made) <= 6


def test_closing_early_leaves_no_thread_behind():
    before = threading.active_count()
    taken = read_ahead(iter(range(1000)))
    next(taken)
    taken.close()
    assert threading.active_count() == before
