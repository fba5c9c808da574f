from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.made import DOORS

from cloison.enforce.nft_text import RULES, adding, empty_table, read_adding, read_listing, removing
from cloison.errors import BadValueError


@given(DOORS)
def test_what_is_rendered_parses_back_to_the_same_rules(doors):
    text = adding(doors, lasting={door.conduit: timedelta(minutes=2) for door in doors})
    assert read_adding(text) == doors
    assert read_adding(adding(doors, lasting=dict.fromkeys(door.conduit for door in doors))) == doors


@given(DOORS)
def test_a_name_from_the_map_never_leaves_its_comment(doors):
    lines = adding(doors, lasting=dict.fromkeys(door.conduit for door in doors)).split("\n")
    assert all(line.startswith(("# door [", "add element inet cloison ")) or not line for line in lines)


def test_opening_only_ever_removes_elements():
    assert removing(()) == ""
    assert "flush" not in empty_table()


def test_lifelines_are_looked_at_before_what_is_closed():
    outcomes = [outcome for _, _, outcome in RULES]
    assert outcomes == sorted(outcomes)
    assert {named for _, named, outcome in RULES if outcome == "drop"} == {"closed4", "closed6"}


@given(
    st.one_of(st.text(max_size=60), st.just('{"nftables": [{"set": {"name": "closed4", "elem": [{"concat": [1]}]}}]}'))
)
def test_garbage_is_refused_and_never_crashes(text):
    with pytest.raises(BadValueError):
        read_listing(text)


def test_a_dormant_or_partial_table_is_not_whole():
    assert read_listing('{"nftables": []}') == ({}, None)
