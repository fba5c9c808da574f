from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from cloison.model.plan import Alternative, Weighing
from cloison.seal.front import FIXED, MOST, beats, order, place


def choice(name: str, sealing: float, risk: float) -> Alternative:
    return Alternative(
        name=name,
        levels=(),
        weighing=Weighing(objective=0.0, care_hours=0.0, records=0.0, doors_moved=0),
        sealing_care_hours=sealing,
        fresh_care_hours=sealing + risk,
        fresh_standard_error=0.0,
    )


NAMED = [choice("optimal", 10.0, 20.0), choice("nothing", 0.0, 100.0), choice("total-cut", 50.0, 1.0)]


def test_a_choice_that_another_beats_is_left_out():
    listed = order(NAMED, [choice("a", 12.0, 21.0), choice("b", 12.0, 15.0)], 0.001)
    assert [each.name for each in listed] == ["optimal", "nothing", "total-cut", "less-risk"]
    assert listed[-1].sealing_care_hours == 12.0


def test_extremes_stay_when_they_are_beaten_and_are_told_so():
    listed = order([*NAMED[:2], choice("total-cut", 50.0, 30.0)], [], 0.001)
    assert {each.name: each.on_front for each in listed} == {"optimal": True, "nothing": True, "total-cut": False}


def test_the_robust_doors_come_first_and_part_gentler_from_firmer():
    listed = order([*NAMED, choice("robust", 5.0, 8.0)], [choice("a", 2.0, 50.0), choice("b", 8.0, 4.0)], 0.001)
    assert [each.name for each in listed] == [
        "robust",
        "optimal",
        "nothing",
        "total-cut",
        "less-care-lost",
        "less-risk",
    ]
    assert {each.name: each.neighbour for each in listed}["robust"] == "less-care-lost"


def test_records_weigh_in_the_risk():
    assert place(choice("a", 1.0, 2.0), 0.001).risk == 2.0
    assert beats(place(choice("a", 1.0, 2.0), 0.0), place(choice("b", 1.0, 3.0), 0.0))


points = st.tuples(st.floats(0, 100), st.floats(0, 100))


@given(st.lists(points, max_size=12), st.tuples(points, points, points))
def test_the_list_is_short_and_holds_no_beaten_choice_and_no_two_alike(others, fixed):
    named = [choice(name, *where) for name, where in zip(FIXED[1:], fixed, strict=True)]
    listed = order(named, [choice(str(number), *where) for number, where in enumerate(others)], 0.001)
    assert len(listed) <= MOST
    assert len({each.name for each in listed}) == len(listed)
    between = [each for each in listed if each.name not in FIXED]
    assert all(each.on_front for each in between)
    for one, other in combinations(between, 2):
        assert place(one, 0.001) != place(other, 0.001)
    assert sum(each.neighbour is None for each in listed) == 1
