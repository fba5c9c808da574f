import orjson
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.detect.sigma.opening import fields_of_event, opened


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c d"]), st.text(max_size=8)), max_size=6))
def test_fields_come_out_as_they_went_in(events):
    data = pl.Series([orjson.dumps(event).decode() for event in events], dtype=pl.String())
    found = opened(data, ["a", "c d"])
    assert found.rows() == [(event.get("a"), event.get("c d")) for event in events]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=5))
def test_any_text_at_all_harms_no_other(texts):
    data = pl.Series([*texts, '{"a": "kept"}'], dtype=pl.String())
    found = opened(data, ["a"])
    assert found.height == len(texts) + 1
    assert found["a"][-1] == "kept"


def test_one_event_is_opened_by_itself():
    assert fields_of_event('{"a": 5, "b": "x"}') == {"a": "5", "b": "x"}
    assert fields_of_event("[1]") == fields_of_event(None) == fields_of_event("{") == {}


def test_one_spoiled_event_among_many_is_the_only_one_lost():
    texts = [f'{{"a": "{place}"}}' for place in range(500)]
    texts[321] = "{"
    found = opened(pl.Series(texts), ["a"])["a"].to_list()
    assert found == [str(place) if place != 321 else None for place in range(500)]
