from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.certified import certificate_of
from tests.seal.hospitals import every_plan, random_hospital

from cloison.seal.check import weigh
from cloison.seal.exact import Exact, Joined, every, implies, some
from cloison.spread.scenarios import draw

A, B = ("zone", "0", "1"), ("zone", "0", "2")


def test_certain_facts_settle_or_vanish():
    assert some([A, True]) is True
    assert some([A, False]) == A
    assert every([A, False]) is False
    assert every([A, True]) == A
    assert some([]) is False
    assert every([]) is True


def test_like_is_joined_with_like():
    assert some([A, some([B, A])]) == Joined("some", frozenset({A, B}))
    assert every([A, every([B])]) == Joined("every", frozenset({A, B}))


def test_a_closed_door_is_shut_and_not_the_other_way_round():
    closed, shut = ("closed", "d"), ("shut", "d")
    assert implies(closed, shut)
    assert not implies(shut, closed)
    assert not implies(closed, ("shut", "e"))
    assert some([closed, shut]) == shut
    assert every([closed, shut]) == closed


@pytest.mark.parametrize(
    ("one", "other", "plain"),
    [
        (A, some([A, B]), True),
        (some([A, B]), A, False),
        (every([A, B]), A, True),
        (A, every([A, B]), False),
        (every([A, B]), some([A, B]), True),
        (False, A, True),
        (A, True, True),
        (True, A, False),
    ],
)
def test_what_one_fact_plainly_brings(one, other, plain):
    assert implies(one, other) is plain


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000), choice=st.integers(0, 1_000))
def test_it_walks_each_scenario_as_the_planner_does(seed, choice):
    place, parameters = random_hospital(seed)
    world = Exact(certificate_of(place, parameters))
    plans = every_plan(place)
    levels = plans[choice % len(plans)]
    drawn = draw(place, parameters)
    assert weigh(place, parameters, levels).records == pytest.approx(
        float(
            sum(
                sum(records for records, down in zip(world.records, world.fallen(k, levels), strict=True) if down)
                for k in range(len(world.starts))
            )
            / Fraction(len(world.starts))
        )
    )
    assert [list(line) for line in drawn.starts.tolist()] == world.starts
    assert all(
        world.carries[k][level] == drawn.carries[k, :, level].tolist()
        for k in range(len(world.starts))
        for level in range(3)
    )
