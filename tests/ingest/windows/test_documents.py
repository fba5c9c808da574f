import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.ingest.lines import LONGEST_LINE
from cloison.ingest.windows.documents import documents

OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=6),
        st.text(st.characters() | st.sampled_from('{}"\\'), max_size=40)
        | st.dictionaries(st.text(max_size=3), st.integers()),
    ),
    max_size=6,
)


def cut(data, piece_bytes=7):
    return [(document.place, document.data) for document in documents(io.BytesIO(data), piece_bytes)]


@settings(deadline=None)
@given(OBJECTS, st.sampled_from([None, 2]), st.booleans(), st.integers(1, 40))
def test_objects_come_out_as_they_went_in(objects, indent, array, piece):
    texts = [json.dumps(each, indent=indent) for each in objects]
    whole = "[" + ",\n".join(texts) + "]" if array else "\n".join(texts)
    found = cut(whole.encode(), piece)
    assert [json.loads(data) for _, data in found] == objects
    assert [place for place, _ in found] == list(range(1, len(objects) + 1))


def test_an_object_without_an_end_is_given_without_its_text():
    assert cut(b'{"a":1} {"b":') == [(1, b'{"a":1}'), (2, b"")]
    assert cut(b'{"a":\n{"b":2}') == [(1, b""), (2, b'{"b":2}')]


@pytest.mark.parametrize("between", [b" and ", b' "', b"}", b'} "a} '])
def test_what_is_between_objects_is_passed_over(between):
    assert next(data for _, data in cut(b'{"a":1}' + between + b'{"b":"}"}', 100)) == b'{"a":1}'


def test_many_backslashes_before_a_quote_are_counted():
    objects = [json.dumps({"a": "\\" * count + '"', "b": "}"}).encode() for count in range(40)]
    assert [data for _, data in cut(b",".join(objects), 1000)] == objects


def test_objects_that_never_end_do_not_hold_the_reader():
    assert len(cut(b"{\n" * 3000)) < 200


@pytest.mark.parametrize("filler", [b'"' + b"x" * LONGEST_LINE, b'"a":' + b"{" * LONGEST_LINE])
def test_an_object_that_is_too_long_is_passed_over(filler):
    found = cut(b"{" + filler + b'\n{"b": 2}\n', 1 << 18)
    assert found[0] == (1, b"")
    assert found[-1][1] == b'{"b": 2}'


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(1, 30))
def test_no_bytes_break_it(data, piece):
    assert all(data.startswith((b"{", b"")) for _, data in cut(data, piece))
