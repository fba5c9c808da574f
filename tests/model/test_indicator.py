import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.errors import BadValueError
from cloison.model.indicator import Indicator, IndicatorKind, pattern_expression, read_indicator, read_pattern

K = IndicatorKind


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("198.51.100.7", K.NETWORK, "198.51.100.7/32"),
        ("198.51.100.7/24", K.NETWORK, "198.51.100.0/24"),
        ("2001:DB8::1", K.NETWORK, "2001:db8::1/128"),
        (" Evil.Example. ", K.NAME, "evil.example"),
        ("hxxps://evil[.]example/a?b=c", K.NAME, "evil.example"),
        ("http://198.51.100[.]7:8080/x", K.NETWORK, "198.51.100.7/32"),
        ("http://[2001:db8::1]/x", K.NETWORK, "2001:db8::1/128"),
        ("D41D8CD98F00B204E9800998ECF8427E", K.HASH, "d41d8cd98f00b204e9800998ecf8427e"),
        ("a" * 64, K.HASH, "a" * 64),
        ("t13d1516h2_8daaf6152771_b186095e22b6", K.JA4, "t13d1516h2_8daaf6152771_b186095e22b6"),
        (r"DOMAINE\Jdupont", K.USER, r"domaine\jdupont"),
        ("jdupont@domaine.example", K.USER, "jdupont@domaine.example"),
        ("PC-ADM-12", K.TEXT, "pc-adm-12"),
    ],
)
def test_an_indicator_is_told_by_its_form(text, kind, value):
    assert read_indicator(text) == Indicator(kind=kind, value=value)


@pytest.mark.parametrize("text", ["", "  ", "10.0.0.0/99", "999.1.1.1", "a b/c", "http://", "x" * 2000, "';--", "é/é"])
def test_what_is_no_indicator_is_refused(text):
    with pytest.raises(BadValueError):
        read_indicator(text)


@given(st.text(max_size=60))
def test_any_text_is_an_indicator_or_refused(text):
    with suppress(BadValueError):
        assert read_indicator(text).value


@pytest.mark.parametrize("text", ["", "*", "**?*"])
def test_a_pattern_for_everything_is_refused(text):
    with pytest.raises(BadValueError):
        read_pattern(text)


@given(st.text(alphabet="ab.*?[]\\+", min_size=1, max_size=8), st.text(alphabet="ab.[]\\+", max_size=8))
def test_only_stars_and_question_marks_have_a_meaning(pattern, text):
    assert bool(re.search(pattern_expression(pattern), text)) == _matches(pattern, text)


def _matches(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _matches(pattern[1:], text) or (bool(text) and _matches(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and _matches(pattern[1:], text[1:])
