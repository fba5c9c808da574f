from datetime import timedelta

import pytest
from markupsafe import Markup

from cloison.ui.languages import Translator
from cloison.ui.web.speech import NAME_LIMIT, Speech, legible, plain
from cloison.words import say, verbatim


@pytest.fixture(scope="module")
def french():
    return Speech(Translator("fr", "Europe/Paris"))


def test_what_a_terminal_or_a_browser_would_obey_is_shown_instead():
    assert legible("pc\x1b[31m\u202ecod") == "pc<U+001B>[31m<U+202E>cod"


def test_a_long_name_is_cut_and_says_so():
    shown = legible("x" * 60_000)
    assert len(shown) == NAME_LIMIT + 1
    assert shown.endswith("…")


def test_markup_made_by_templates_is_left_alone():
    made = Markup("<b>\u202e</b>")
    assert plain(made) is made
    assert plain(3) == 3


def test_a_hostile_name_does_not_hide_the_sentence_around_it(french):
    sentence = say("{who} joined {n} hosts", who="x" * 60_000, n=4)
    assert french.sentence(sentence).endswith(" joined 4 hosts")


def test_text_that_is_whole_keeps_its_length(french):
    assert len(french.sentence(verbatim("mot " * 50))) == 200


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        (timedelta(seconds=12), "12 s"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s"),
        (timedelta(hours=3, minutes=40), "3 h 40 min"),
        (timedelta(days=11, hours=2), "11 j 2 h"),
        (timedelta(days=7), "7 j"),
        (timedelta(0), "0 s"),
    ],
)
def test_a_delay_is_said_with_its_two_largest_units(french, delay, said):
    assert french.delay(delay).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_probability_never_looks_like_certainty_when_it_is_not(french):
    assert french.chance(0.97) == "0,97"
    assert french.chance(0.9999) == "plus de 0,99"
    assert french.chance(0.0001) == "moins de 0,01"
    assert french.chance(1.0) == "1,00"


def test_care_hours_have_tenths_only_when_they_are_few(french):
    assert french.care(6.42) == "6,4"
    assert french.care(38.4) == "38"
    assert french.care(0) == "0"


def test_a_share_is_spaced_as_the_reader_writes_it(french):
    assert french.share(0.4) == "40\N{NO-BREAK SPACE}%"
    assert Speech(Translator("en")).share(0.035) == "3.5%"


def test_a_solver_s_rounding_is_no_gap_and_a_small_gap_is_not_none(french):
    assert french.share(1e-9) == "0\N{NO-BREAK SPACE}%"
    assert french.share(0.0001) == "moins de 0,1\N{NO-BREAK SPACE}%"
