from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.wards import hospital

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.store.documents import read_back, written
from cloison.words import Sentence, say

moments = st.datetimes(timezones=st.just(UTC))
values = st.one_of(st.text(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), moments)
sentences = st.recursive(
    st.builds(lambda value: say("{value}", value=value), values),
    lambda inner: st.builds(lambda one, two: say("{one} {two}", one=one, two=two), inner, values),
    max_leaves=4,
)


@given(sentences)
def test_a_sentence_comes_back_with_each_value_of_its_kind(sentence):
    back = read_back(Sentence, written(sentence), where="here")
    assert back == sentence
    assert [type(value) for _, value in back.values] == [type(value) for _, value in sentence.values]


def test_text_that_looks_like_a_moment_stays_text():
    sentence = say("{a} {b}", a="2026-03-02T12:00:00+00:00", b=datetime(2026, 3, 2, tzinfo=UTC))
    assert read_back(Sentence, written(sentence), where="here") == sentence


@pytest.mark.parametrize("text", ["", "[]", "{", '{"template": 3}', '{"moment": "noon"}'])
def test_damage_is_said(text):
    with pytest.raises(BadValueError):
        read_back(Sentence, text, where="here")


def test_addresses_and_networks_come_back():
    map_ = hospital()
    assert read_back(Hospital, written(map_), where="here") == map_
