from hypothesis import given
from hypothesis import strategies as st

from cloison.ui.web.lettering import ELLIPSIS, measure, narrowest, wrap

words = st.lists(st.text("abmMWé-_/.0", min_size=1, max_size=40), min_size=1, max_size=8).map(" ".join)


def test_short_words_stay_on_one_line():
    assert wrap("Laboratoire", 15, 200, 3) == ("Laboratoire",)


def test_words_part_at_spaces():
    assert wrap("Gestion technique du bâtiment", 15, 160, 3) == ("Gestion technique", "du bâtiment")


def test_a_word_too_long_is_cut_after_its_punctuation():
    assert wrap("srv-imagerie-principal", 15, 130, 3)[0].endswith("-")


def test_what_does_not_fit_ends_in_an_ellipsis():
    lines = wrap("mot " * 400, 15, 100, 3)
    assert len(lines) == 3
    assert lines[-1].endswith(ELLIPSIS)


@given(words, st.floats(40, 400), st.integers(1, 6))
def test_every_line_fits(text, width, lines):
    made = wrap(text, 15, width, lines)
    assert 1 <= len(made) <= lines
    assert all(measure(line, 15) <= width for line in made)


@given(words, st.floats(40, 400))
def test_nothing_is_lost_when_lines_are_plenty(text, width):
    assert "".join(wrap(text, 15, width, 500)).replace(" ", "") == text.replace(" ", "")


@given(words, st.integers(1, 4))
def test_the_narrowest_width_is_enough_and_cuts_no_word(text, lines):
    width = narrowest(text, 15, lines, 10_000)
    made = wrap(text, 15, width, 500)
    assert len(made) <= lines
    assert " ".join(made) == text


def test_wide_scripts_take_more_than_an_em_and_marks_take_nothing():
    assert measure("病", 10) > 10
    assert measure("é", 10) == measure("e", 10)
