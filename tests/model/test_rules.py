import pytest

from cloison.model.rules import Comparison, Level, Means


def test_levels_are_ranked():
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]
    assert Level.CRITICAL.rank > Level.HIGH.rank


def test_conditions_are_values():
    assert Comparison(field="a", means=Means.IS, text="b") == Comparison(field="a", means=Means.IS, text="b")
    with pytest.raises(AttributeError):
        Comparison(field="a", means=Means.IS).text = "c"
