from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.popularity import Popularity, together


def habits(**chosen):
    known = Popularity(first=0)
    for name, times in chosen.items():
        for _ in range(times):
            known.choose((name, 445), room=True)
    return known


def test_what_nobody_chose_is_as_surprising_as_what_was_chosen_once_is_rare():
    known = habits(mail=50, files=40, odd=1)
    assert known.surprise(("never", 445)) == pytest.approx(2 / 92)
    assert known.surprise(("odd", 445)) == pytest.approx(3 / 92)
    assert known.surprise(("mail", 445)) == 1.0


def test_where_everybody_goes_somewhere_else_nothing_surprises():
    assert habits(**{f"s{i}": 1 for i in range(50)}).surprise(("never", 445)) == 1.0


@given(st.lists(st.integers(0, 9), max_size=300))
def test_choices_are_summed_by_how_popular_their_service_is(choices):
    known = Popularity(first=0)
    for one in choices:
        known.choose((str(one), 1), room=True)
    times = Counter(choices).values()
    most = max(times, default=0)
    assert [known.at_most(most_popular) for most_popular in range(most + 1)] == [
        sum(count for count in times if count <= most_popular) for most_popular in range(most + 1)
    ]
    assert known.at_most(most) == known.links == len(choices)
    assert all(0 < known.surprise((str(one), 1)) <= 1 for one in range(11))


def test_without_room_only_known_services_are_counted():
    known = habits(mail=2)
    known.choose(("new", 1), room=False)
    known.choose(("mail", 445), room=False)
    assert known.links == 3


def test_favourites_come_first():
    assert habits(b=2, a=2, c=9).favourites(2) == [("c", 445), ("a", 445)]


def test_one_surprise_is_its_own_chance_and_more_choices_excuse_it():
    assert together([0.01], 0.05) == pytest.approx(0.01)
    assert together([0.01, 0.9, 0.5], 0.05) > 0.02
    assert together([0.5, 0.9], 0.05) == 1.0
    assert together([0.001] * 4, 0.05) < 1e-8


def test_fisher_is_the_case_without_a_level():
    # Two equal p-values: chi-square with four degrees of freedom, w (1 - ln w).
    assert together([0.1, 0.1], 1.0) == pytest.approx(0.01 * (1 - 2 * -2.302585093))


def test_even_choices_are_as_rare_as_told():
    random = Random(1)
    low = sum(together([random.random() for _ in range(5)], 0.05) <= 0.01 for _ in range(20_000))
    assert low / 20_000 == pytest.approx(0.01, abs=0.003)
