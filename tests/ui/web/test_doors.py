from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.ui.web.doors import Passage, hang, most_marks
from cloison.ui.web.lettering import measure
from cloison.ui.web.section import FONT, PAD_X, Compartment, lay_out

LEVELS = ("open", "lifeline", "closed", "leak")


@st.composite
def plans(draw):
    keys = [str(index) for index in range(draw(st.integers(2, 18)))]
    decks = {key: draw(st.integers(0, 5)) for key in keys}
    passages = draw(
        st.lists(
            st.builds(
                Passage,
                from_=st.sampled_from(keys),
                to=st.sampled_from(keys),
                level=st.sampled_from(LEVELS),
                weight=st.sampled_from([0.0, 1.0, 5.0]),
                title=st.just("titre"),
            ),
            max_size=40,
        )
    )
    marks = most_marks(passages)
    compartments = [
        Compartment(key=key, deck=decks[key], name=f"Compartiment {key}", marks=marks.get(key, (0, 0))) for key in keys
    ]
    return lay_out(compartments, {}, draw(st.sampled_from([342.0, 640.0]))), passages


def overlaps(one, other):
    return (
        one.x < other.x + other.width - 0.01
        and other.x < one.x + one.width - 0.01
        and one.y < other.y + other.height - 0.01
        and other.y < one.y + one.height - 0.01
    )


@settings(max_examples=40, deadline=None)
@given(plans())
def test_doors_cover_neither_rooms_nor_each_other(plan):
    section, passages = plan
    doors = hang(section, passages, 12)
    rooms = [room for row in section.rows for room in row]
    assert not [(sign, room) for sign in doors.signs for room in rooms if overlaps(sign, room)]
    assert not [pair for pair in combinations(doors.signs, 2) if overlaps(*pair)]


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(0, 12))
def test_lines_are_few_and_never_cross_a_room_of_the_hull(plan, most):
    section, passages = plan
    doors = hang(section, passages, most)
    assert len(doors.lines) <= most
    for line in doors.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            assert x1 == x2 or y1 == y2
            for row in section.rows[section.hull_row :]:
                for room in row:
                    inside = (
                        min(x1, x2) < room.right - 1
                        and max(x1, x2) > room.x + 1
                        and min(y1, y2) < room.bottom - 1
                        and max(y1, y2) > room.y + 1
                    )
                    assert not inside


@settings(max_examples=40, deadline=None)
@given(plans())
def test_counts_fit_in_their_room_and_keep_clear_of_its_words(plan):
    section, passages = plan
    rooms = {(room.right, room.bottom): room for row in section.rows for room in row}
    for mark in hang(section, passages, 12).marks:
        (room,) = [
            room for room in rooms.values() if room.x <= mark.x <= room.right and room.y <= mark.y <= room.bottom
        ]
        assert mark.x >= room.x + PAD_X - 0.01
        assert mark.x + 13 + measure(str(mark.count), FONT) <= room.right - PAD_X + 0.01
        assert all(
            baseline <= mark.y - 12 or room.x + PAD_X + measure(text, FONT) <= mark.x
            for baseline, text in (*room.name, *room.states)
        )


def test_a_passage_that_matters_to_no_one_is_only_counted():
    compartments = [Compartment(key=key, deck=deck, name=key, marks=(1, 1)) for deck, key in enumerate("abc", start=1)]
    section = lay_out(compartments, {}, 640.0)
    doors = hang(section, [Passage(from_="a", to="c", level="open")], 12)
    assert not doors.signs
    assert [(mark.level, mark.count) for mark in doors.marks] == [("open", 1), ("open", 1)]


def test_a_passage_that_matters_gets_a_line_and_its_door():
    compartments = [Compartment(key=key, deck=deck, name=key, marks=(1, 1)) for deck, key in enumerate("abc", start=1)]
    section = lay_out(compartments, {}, 640.0)
    doors = hang(section, [Passage(from_="a", to="c", level="closed", weight=1.0)], 12)
    assert [sign.level for sign in doors.signs] == ["closed"]
    assert len(doors.lines) == 1
    assert not doors.marks


def test_two_ways_with_different_levels_keep_two_doors_and_the_least_shut_of_one_way_shows():
    compartments = [Compartment(key=key, deck=1, name=key) for key in "ab"]
    section = lay_out(compartments, {}, 640.0)
    passages = [
        Passage(from_="a", to="b", level="closed"),
        Passage(from_="a", to="b", level="lifeline"),
        Passage(from_="b", to="a", level="open"),
    ]
    assert sorted(sign.level for sign in hang(section, passages, 12).signs) == ["lifeline", "open"]


def test_doors_that_differ_by_way_say_which_way_they_lead():
    compartments = [Compartment(key=key, deck=1, name=key) for key in "ab"]
    section = lay_out(compartments, {}, 640.0)
    passages = [Passage(from_="a", to="b", level="closed"), Passage(from_="b", to="a", level="open")]
    assert {sign.level: sign.way for sign in hang(section, passages, 12).signs} == {"closed": "right", "open": "left"}
    alike = [Passage(from_="a", to="b", level="open"), Passage(from_="b", to="a", level="open")]
    assert [sign.way for sign in hang(section, alike, 12).signs] == [""]
