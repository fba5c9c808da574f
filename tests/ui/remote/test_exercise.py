import pytest

from cloison.errors import BadValueError, NotApprovedError
from cloison.ui.remote.exercise import hold_there


def test_an_exercise_that_cannot_begin_says_why(far):
    with pytest.raises(BadValueError, match="no such scenario"):
        hold_there(far.server, "magie", "B. Martin")
    with pytest.raises(NotApprovedError):
        hold_there(far.server, "nuit-rancongiciel", "")
    assert not far.server.drills().running


def test_exercises_and_scenarios_are_listed_the_same_here_and_there(far):
    assert far.alike("drill", "--list") == (0, "No exercise was held yet: begin with cloison drill\n")
    code, told, _ = far.there("drill", "--scenarios")
    assert (code, "nuit-rancongiciel" in told) == (0, True)
    assert "[unknown-id]" in far.there("drill", "--compare", "a", "b")[2]


def test_what_an_exercise_of_this_machine_takes_is_refused(far):
    for words in (("--approve", "A"), ("--speed", "10"), ("--seed", "4"), ("--warm-up", "1")):
        code, _, said = far.there("drill", *words)
        assert (code, "[not-remote]" in said) == (2, True)
