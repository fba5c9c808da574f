import re

import pytest

from cloison import errors
from cloison.errors import BadMapError, CloisonError, Fault, NothingReadError
from cloison.words import say

TREE = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CloisonError)]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_and_a_documented_exit(kind):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
    assert kind.exit_code in {2, 3}


def test_codes_are_not_shared():
    assert len({kind.code for kind in TREE}) == len(TREE)


def test_an_error_says_where_what_and_how_to_mend_it():
    error = CloisonError(say("the door is stuck"), fix=say("oil it"), where="deck 2")
    assert str(error) == "deck 2: the door is stuck (oil it)"


@pytest.mark.parametrize(("count", "words"), [(1, "1 mistake"), (40, "40 mistakes")])
def test_a_bad_map_counts_its_mistakes(count, words):
    faults = tuple(Fault(line=line, reason=say("wrong"), fix=say("right")) for line in range(count))
    error = BadMapError(faults, fix=say("correct them"), where="hospital.toml")
    assert error.faults == faults
    assert words in str(error)


def test_reading_nothing_is_not_a_success():
    assert NothingReadError(say("nothing"), fix=say("look"), where=".").exit_code == 3
