import pytest
from tests.detect.sigma.events import rule, text

from cloison.detect.sigma.reading import read_rules
from cloison.model.rules import AllOf, AnyOf, Comparison, Means, Not


def condition(detection):
    return rule(detection).condition


def test_a_text_is_compared_in_lower_case():
    node = condition("  a: {Image: 'C:\\X.EXE'}\n  condition: a\n")
    assert node == Comparison(field="Image", means=Means.IS, text="c:\\x.exe")


@pytest.mark.parametrize(
    ("written", "means", "held"),
    [
        ("Image|endswith: '\\A.exe'", Means.ENDS, "\\a.exe"),
        ("Image|startswith: 'A'", Means.STARTS, "a"),
        ("Image|contains: 'A'", Means.CONTAINS, "a"),
        ("Image: '*\\A.exe'", Means.ENDS, "\\a.exe"),
        ("Image: 'a\\*b'", Means.IS, "a*b"),
        ("Image: '*'", Means.PRESENT, ""),
        ("Image: null", Means.ABSENT, ""),
        ("Image: ''", Means.ABSENT, ""),
        ("Image|exists: true", Means.PRESENT, ""),
        ("Port: 4444", Means.IS, "4444"),
        ("Initiated: true", Means.IS, "true"),
        ("Size|gte: 10", Means.AT_LEAST, "10"),
    ],
)
def test_each_way_of_comparing(written, means, held):
    node = condition(f"  a:\n    {written}\n  condition: a\n")
    assert node == Comparison(field=node.field, means=means, text=held)


def test_case_counts_where_the_rule_says_so():
    node = condition("  a: {Name|cased: 'Aa'}\n  condition: a\n")
    assert node == Comparison(field="Name", means=Means.IS, text="Aa", cased=True)


def test_wildcards_within_a_text_become_an_expression():
    node = condition("  a: {Name: 'a.b*c?d'}\n  condition: a\n")
    assert node == Comparison(field="Name", means=Means.REGEX, text=r"(?s)^a\.b.*c.d$")


def test_an_identifier_is_found_with_and_without_its_braces():
    node = condition("  a: {Guid: '{0CCE9210-69AE-11D9-BED3-505054503030}'}\n  condition: a\n")
    bare = "0cce9210-69ae-11d9-bed3-505054503030"
    assert isinstance(node, AnyOf)
    assert {part.text for part in node.parts} == {bare, f"{{{bare}}}"}


def test_and_or_not_keep_their_shape():
    node = condition("  a: {X: '1'}\n  b: {Y: '2'}\n  c: {Z: '3'}\n  condition: a and (b or not c)\n")
    assert isinstance(node, AllOf)
    assert isinstance(node.parts[1], AnyOf)
    assert isinstance(node.parts[1].parts[1], Not)


def test_networks_become_texts():
    node = condition("  a: {Ip|cidr: 10.0.0.0/8}\n  condition: a\n")
    assert node == AnyOf(parts=(Comparison(field="Ip", means=Means.STARTS, text="10."),))


def test_a_word_alone_is_looked_for_in_the_whole_record_as_json():
    node = condition("  a: ['c:\\evil']\n  condition: a\n")
    assert node == Comparison(field="", means=Means.CONTAINS, text="c:\\\\evil")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("X|re: '(?=a)b'", "look-around"),
        ("X|re: '(a)\\1'", "backreferences"),
        ("X|re: '(\\w{900}){900}'", "size limit"),
        ("X|expand: '%names%'", "placeholder"),
        ("X|hour: 3", "modifier"),
    ],
)
def test_what_is_not_supported_is_refused_with_the_reason(written, reason):
    (refusal,) = read_rules([text(f"  a:\n    {written}\n  condition: a\n")]).refusals
    assert reason in str(refusal.reason)


def test_a_condition_too_deep_for_what_follows_is_refused():
    detection = f"  a: {{X: b}}\n  condition: {'not ' * 200}a\n"
    (refusal,) = read_rules([text(detection)]).refusals
    assert "deeply" in str(refusal.reason)


def test_a_text_with_wildcards_that_is_too_long_for_an_expression_is_refused():
    detection = f"  a: {{X: '{'?a' * 200_000}b'}}\n  condition: a\n"
    (refusal,) = read_rules([text(detection)]).refusals
    assert "size limit" in str(refusal.reason)
