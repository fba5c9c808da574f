import json
from datetime import UTC, datetime

import pytest
from tests.enforce.wards import hospital

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.store.documents import written
from cloison.ui.remote.reading import read_noun
from cloison.words import Sentence, say, say_many, verbatim


@pytest.mark.parametrize(
    "sentence",
    [
        say("{person} doubts {name}", person="A. Durand", name=verbatim("{x.__class__}")),
        say_many("{n} door of {point}", "{n} doors of {point}", 3, point="coeur"),
        say("at {moment}: braces {{stay}}", moment=datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_a_sentence_comes_as_it_was_said(sentence):
    assert read_noun(Sentence, written(sentence), where="here") == sentence


def test_a_map_comes_whole():
    assert read_noun(Hospital, written(hospital()), where="here") == hospital()


@pytest.mark.parametrize(
    "template",
    ["{n.__class__}", "{n[0]}", "{n:>999999999}", "{n!r}", "{}", "{other}", "{n", "}", "{n:{n}}"],
)
def test_a_sentence_that_does_more_than_name_its_values_is_refused(template):
    text = json.dumps({"template": template, "plural": None, "count": None, "values": [["n", 3]]})
    with pytest.raises(BadValueError, match="sentence"):
        read_noun(Sentence, text, where="here")
    inside = json.dumps(
        {"template": "{a}", "plural": None, "count": None, "values": [["a", json.loads(text)]]},
    )
    with pytest.raises(BadValueError, match="sentence"):
        read_noun(Sentence, inside, where="here")


def test_a_plural_is_looked_at_too():
    text = json.dumps({"template": "{n}", "plural": "{n.real}", "count": 3, "values": [["n", 3]]})
    with pytest.raises(BadValueError, match="sentence"):
        read_noun(Sentence, text, where="here")


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"name": 3}', '{"name": "x", "more": 1}', "[" * 100_000])
def test_another_shape_is_refused(text):
    with pytest.raises(BadValueError):
        read_noun(Hospital, text, where="here")
