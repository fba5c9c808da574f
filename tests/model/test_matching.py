import pytest

from cloison.model.indicator import read_indicator, read_pattern
from cloison.model.matching import ADDRESS, Matcher


def answers(text, sort, value):
    return bool(list(Matcher([read_indicator(text)]).find(sort, value)))


@pytest.mark.parametrize(
    ("text", "sort", "value"),
    [
        ("198.51.100.7", ADDRESS, "198.51.100.7"),
        ("198.51.100.0/24", ADDRESS, "198.51.100.200"),
        ("2001:db8::/32", ADDRESS, "2001:db8::9"),
        ("evil.example", "site", "evil.example"),
        ("evil.example", "site", "A.B.Evil.Example."),
        ("pc-12", "host", "PC-12.hopital.example"),
        ("pc-12", ADDRESS, "pc-12"),
        ("jdupont", "user", r"HOPITAL\jdupont"),
        (r"hopital\jdupont", "user", "jdupont"),
        (r"hopital\jdupont", "user", r"HOPITAL\JDUPONT"),
        ("a" * 32, "ja3", "A" * 32),
        ("a" * 40, "hash", "a" * 40),
    ],
)
def test_a_seen_value_answers(text, sort, value):
    assert answers(text, sort, value)


@pytest.mark.parametrize(
    ("text", "sort", "value"),
    [
        ("198.51.100.7", ADDRESS, "198.51.100.70"),
        ("198.51.100.0/24", ADDRESS, "pc-12"),
        ("evil.example", "site", "notevil.example"),
        ("evil.example", "agent", "evil.example"),
        ("example", "site", "evil.example"),
        (r"hopital\jdupont", "user", r"AUTRE\jdupont"),
        ("a" * 40, "user", "a" * 40),
    ],
)
def test_a_seen_value_does_not_answer(text, sort, value):
    assert not answers(text, sort, value)


def test_patterns_look_at_everything():
    matcher = Matcher([read_pattern("198.51.*"), read_pattern("*mimikatz*")])
    assert len(list(matcher.find(ADDRESS, "198.51.100.7"))) == 1
    assert len(list(matcher.find("file", "C:\\Mimikatz.exe"))) == 1


def test_the_longest_list_is_asked_in_no_more_steps():
    matcher = Matcher([read_indicator(f"host{number}.example") for number in range(10_000)])
    assert [one.value for one in matcher.find("site", "x.host77.example")] == ["host77.example"]
    assert len(matcher.indicators) == 10_000
