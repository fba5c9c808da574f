import pytest
from numba.core import caching

from cloison.compiled import compiled


def test_a_compiled_function_gives_what_the_plain_one_gives():
    assert compiled("int64(int64)")(twice)(21) == twice(21)


def test_where_nothing_can_be_written_it_is_compiled_all_the_same(monkeypatch):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert compiled("int64(int64)")(twice)(21) == 42


def test_a_division_by_zero_is_infinite_as_in_numpy():
    assert compiled("float64(float64)")(inverse)(0.0) == pytest.approx(float("inf"))


def twice(number):
    return number + number


def inverse(number):
    return 1.0 / number
