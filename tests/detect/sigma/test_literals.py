import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.sigma.literals import needed_by


def needed(pattern):
    return needed_by(pattern, lambda texts: (True, min(map(len, texts))))


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("abc", {"abc"}),
        ("(?i)ABC", {"abc"}),
        (r"net1?(\.exe)?\s+stop", {"stop"}),
        (r"^\\windows\\[a-z]{8}\.exe$", {"\\windows\\"}),
        ("abc|defg", {"abc", "defg"}),
        ("x(?:abc|defg)+y", {"abc", "defg"}),
        ("(abc|defg)?y", {"y"}),
        ("abc*def", {"def"}),
        ("abc+def", {"abc"}),
        ("ab{2,}cd", {"ab"}),
        ("ab{0,3}cd", {"cd"}),
        (r"abc\bdef", {"abcdef"}),
        (r"a\.b", {"a.b"}),
        (r"(?P<name>abc)[]x]d", {"abc"}),
        (r"[[:alpha:]]xyz", {"xyz"}),
        (r"\x41\p{Greek}bcd\d", {"bcd"}),
        ("é+abc", {"abc"}),
        ("(a|)b?", set()),
        ("", set()),
        ("(?x) a b c", set()),
        ("((((", set()),
        ("abc)", set()),
    ],
)
def test_texts_are_those_that_every_match_holds(pattern, texts):
    assert needed(pattern) == texts


def test_an_expression_too_deep_to_follow_gives_nothing():
    assert needed("(" * 5000 + "abc" + ")" * 5000) == frozenset()


PIECES = st.recursive(
    st.sampled_from(["a", "b", "cd", r"\.", r"\s", ".", "[ab]", "[^c]", "^", r"\b", r"\\", "é"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "(" + "|".join(parts) + ")"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,1}", "{1,}", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=12,
)


@given(pattern=PIECES, texts=st.lists(st.text("abcdABCD.\\ é", max_size=12), min_size=1, max_size=20))
def test_whatever_matches_holds_one_of_the_texts(pattern, texts):
    rows = pl.Series(texts)
    found = needed(pattern)
    matched = rows.filter(rows.str.contains("(?i)" + pattern))
    assert all(not found or any(text in row.lower() for text in found) for row in matched)
