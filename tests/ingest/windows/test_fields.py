import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.ingest.windows.fields import gather, text

GUID = "54849625-5478-4994-a5ba-3e3b0328c30d"


def gathered(node):
    into = {}
    gather(node, into)
    return into


@pytest.mark.parametrize(
    ("node", "fields"),
    [
        ({"A": "x", "B": 7, "C": True, "D": None, "E": 1.5}, {"A": "x", "B": "7", "C": "true", "D": "", "E": "1.5"}),
        ({"Status": "-"}, {"Status": "-"}),
        ({"G": GUID, "H": "{" + GUID + "}"}, {"G": "{" + GUID + "}", "H": "{" + GUID + "}"}),
        ({"Data": {"#text": ["a", "b"]}}, {"Data": "a\nb", "Data0": "a", "Data1": "b"}),
        ({"Data": ["a", 3]}, {"Data": "a\n3", "Data0": "a", "Data1": "3"}),
        ({"Data": {"#text": "only"}}, {"Data": "only"}),
        ({"Data": [{"@Name": "A", "#text": "x"}, {"@Name": "B"}]}, {"A": "x", "B": ""}),
        ({"Data": [{"Name": "A", "Value": 4}]}, {"A": "4"}),
        ({"EventXML": {"Param1": "u", "Param2": None}, "EventXML_attributes": {"xmlns": "n"}}, {"Param1": "u", "Param2": ""}),
        ({"Outer": {"Inner": {"Leaf": 1}}}, {"Leaf": "1"}),
        ({"X": {"Leaf": "1"}, "Y": {"Leaf": "2"}}, {"Leaf": "1", "Y_Leaf": "2"}),
        ({"X_attributes": {"name": "n", "value": "v"}}, {"name": "n", "value": "v"}),
        ({"List": ["a", "b"]}, {"List": "a\nb"}),
    ],
)  # fmt: skip
def test_fields_keep_their_own_names_and_become_text(node, fields):
    assert gathered(node) == fields


def test_nesting_beyond_reason_is_kept_as_text_or_left():
    deep = leaf = {}
    for _ in range(200):
        leaf["a"] = {}
        leaf = leaf["a"]
    assert list(gathered({"x": deep})) == ["a"]
    for _ in range(300):
        deep = {"a": deep}
    assert text(deep) == "…"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=20,
        ),
        max_size=5,
    )
)
def test_whatever_the_shape_every_field_is_text(node):
    read = orjson.loads(orjson.dumps(node))
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in gathered(read).items())
