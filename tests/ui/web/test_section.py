from itertools import combinations, pairwise
from math import sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.ui.web.lettering import measure
from cloison.ui.web.section import FONT, PAD_X, TOUCH, Compartment, lay_out, shared_width, walls

names = st.lists(st.text("abmMWé-.0", min_size=1, max_size=30), min_size=1, max_size=5).map(" ".join)
states = st.lists(st.sampled_from(["suspect 0,70", "compromis 0,97", "isolé par le plan"]), max_size=2).map(tuple)


@st.composite
def ships(draw, most=40):
    count = draw(st.integers(0, most))
    compartments = [
        Compartment(
            key=str(index),
            deck=draw(st.integers(0, 5)),
            name=draw(names),
            states=draw(states),
            marks=(draw(st.integers(0, 4)), draw(st.integers(1, 3))),
        )
        for index in range(count)
    ]
    pairs = list(combinations([compartment.key for compartment in compartments], 2))
    tied = draw(st.lists(st.sampled_from(pairs), max_size=20, unique=True)) if pairs else []
    return compartments, dict.fromkeys(tied, 1.0), draw(st.sampled_from([342.0, 640.0, 900.0]))


def rooms_of(section):
    return [room for row in section.rows for room in row]


def holds(hull, x, y):
    """Tell whether a point is in the hull: between its sides, and within its rounded corners."""
    side = min(x, hull.width - x)
    if not hull.top <= y <= hull.bottom or side < hull.inset(y):
        return False
    across, down = (side - hull.taper) / hull.corner_x, (hull.bottom - y) / hull.corner_y
    return across >= 1 or down >= 1 or sqrt(max(across, 0)) + sqrt(down) >= 1


@settings(max_examples=40, deadline=None)
@given(ships())
def test_every_compartment_has_its_room_and_no_two_rooms_overlap(ship):
    compartments, ties, width = ship
    rooms = rooms_of(lay_out(compartments, ties, width))
    assert sorted(room.compartment.key for room in rooms) == sorted(each.key for each in compartments)
    for one, other in combinations(rooms, 2):
        apart = one.right < other.x or other.right < one.x or one.bottom < other.y or other.bottom < one.y
        assert apart


@settings(max_examples=40, deadline=None)
@given(ships())
def test_rooms_are_inside_the_hull_and_the_outside_world_is_above_it(ship):
    compartments, ties, width = ship
    section = lay_out(compartments, ties, width)
    for room in rooms_of(section):
        if room.compartment.deck == 0:
            assert room.bottom < section.hull.top
            assert room.x >= 0
            assert room.right <= width
        else:
            corners = [(x, y) for x in (room.x, room.right) for y in (room.y, room.bottom)]
            assert all(holds(section.hull, x, y) for x, y in corners)


@settings(max_examples=40, deadline=None)
@given(ships())
def test_words_fit_in_their_room(ship):
    compartments, ties, width = ship
    for room in rooms_of(lay_out(compartments, ties, width)):
        lines = [*room.name, *room.states]
        assert all(room.x + PAD_X + measure(text, FONT) <= room.right - PAD_X + 0.1 for _, text in lines)
        assert all(room.y + FONT <= baseline <= room.bottom - 4 for baseline, _ in lines)
        assert all(below - above >= FONT for (above, _), (below, _) in pairwise(lines))


@settings(max_examples=30, deadline=None)
@given(ships())
def test_decks_go_down_in_order(ship):
    compartments, ties, width = ship
    decks = [room.compartment.deck for room in rooms_of(lay_out(compartments, ties, width))]
    assert decks == sorted(decks)


def test_the_same_ship_is_always_laid_out_the_same():
    compartments = [Compartment(key=str(index), deck=index % 4, name=f"Compartiment {index}") for index in range(15)]
    ties = {("1", "6"): 1.0, ("2", "9"): 3.0}
    assert lay_out(compartments, ties, 640.0) == lay_out(compartments, ties, 640.0)


def test_rooms_that_share_a_passage_are_brought_together():
    compartments = [Compartment(key=name, deck=1, name=name * 9) for name in "abcd"]
    section = lay_out(compartments, {("a", "d"): 1.0}, 640.0)
    touching = {frozenset((one.compartment.key, other.compartment.key)) for one, other in walls(section.rows)}
    assert frozenset("ad") in touching


def test_rooms_one_above_the_other_share_a_wall_only_where_a_door_fits():
    upper = Compartment(key="upper", deck=1, name="En haut")
    lower = Compartment(key="lower", deck=2, name="En bas")
    section = lay_out([upper, lower], {}, 640.0)
    (above,), (below,) = section.rows
    left, right = shared_width(above, below)
    assert right - left >= TOUCH
