import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.sigma.events import HEAD, rule, text

from cloison.detect.sigma.reading import LARGEST, read_rules
from cloison.model.rules import Joining, Level, RuleText

ONE = "  a: {Image: x}\n  condition: a\n"
JOINT = """title: Many
correlation:
  type: event_count
  rules: [failed]
  group-by: [IpAddress]
  timespan: 5m
  condition: {gte: 10}
level: high
"""


def reason(content: bytes) -> str:
    read = read_rules([RuleText(file="x.yml", content=content)])
    assert read.rules == ()
    return str(read.refusals[0].reason)


def test_a_rule_carries_what_its_author_wrote():
    (rule,) = read_rules([text(ONE)]).rules
    assert not rule.shipped
    assert (rule.title, rule.level, rule.techniques, rule.file) == ("Made", Level.HIGH, ("T1059.003",), "made.yml")


def test_a_rule_about_other_logs_is_set_aside_and_counted():
    head = HEAD.replace("product: windows, category: process_creation", "product: aws, service: cloudtrail")
    (refusal,) = read_rules([text(ONE, head)]).refusals
    assert refusal.elsewhere
    assert "aws/*/cloudtrail" in str(refusal.reason)


def test_a_withdrawn_rule_is_left_out():
    assert "withdrawn" in reason((HEAD + "status: deprecated\ndetection:\n" + ONE).encode())


def test_a_rule_for_hunting_raises_no_alert():
    (rule,) = read_rules([text(ONE, HEAD.replace("]", ", detection.threat-hunting]"))]).rules
    assert rule.level is Level.LOW


def test_the_same_identifier_twice_is_told():
    head = HEAD + "id: 325021ec-2d9d-41ac-b67a-40cbe2e2c8c0\n"
    read = read_rules([text(ONE, head, "1.yml"), text(ONE, head, "2.yml")])
    assert [rule.file for rule in read.rules] == ["1.yml"]
    assert "same identifier" in str(read.refusals[0].reason)


def test_a_broken_rule_does_not_stop_the_others():
    read = read_rules([RuleText(file="bad.yml", content=b"title: [\n"), text(ONE)])
    assert (len(read.rules), len(read.refusals)) == (1, 1)


def test_hostile_files_are_refused():
    assert "too large" in reason(b"a" * (LARGEST + 1))
    assert "UTF-8" in reason(b"\xff\xfe\x00t")
    assert "deeply" in reason(b"[" * 100_000)
    assert "deeply" in reason(b"a: " + b"{a: " * 5000)
    assert "deeply" in reason(b"- " * 20_000 + b"a")
    assert "deeply" in reason("\n".join(" " * depth + "a:" for depth in range(1000)).encode())
    assert "no rule" in reason(b"")
    assert "no rule" in reason(b"- a list\n")


def test_a_bomb_of_aliases_is_refused():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "aliases" in reason("\n".join(lines).encode())


def test_a_condition_of_ten_thousand_brackets_is_refused_or_read():
    detection = "  a: {Image: x}\n  condition: '" + "(" * 10_000 + "a" + ")" * 10_000 + "'\n"
    read = read_rules([text(detection)])
    assert len(read.rules) + len(read.refusals) == 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    read = read_rules([RuleText(file="x.yml", content=content)])
    assert len(read.rules) + len(read.refusals) >= 1


def test_a_correlation_names_its_rules_and_silences_them():
    named = text(ONE, HEAD + "name: failed\n")
    read = read_rules([RuleText(file="j.yml", content=JOINT.encode()), named])
    (joint,) = read.correlations
    assert joint.joining is Joining.EVENT_COUNT
    assert (joint.at_least, joint.seconds, joint.group_by) == (10, 300, ("IpAddress",))
    assert joint.rules == (read.rules[0].id,)
    assert not read.rules[0].alerts


def test_a_correlation_of_a_missing_rule_is_refused():
    (refusal,) = read_rules([RuleText(file="j.yml", content=JOINT.encode())]).refusals
    assert "failed" in str(refusal.reason)


def test_a_correlation_that_asks_for_few_is_refused():
    joint = JOINT.replace("gte: 10", "lt: 10").encode()
    read = read_rules([text(ONE, HEAD + "name: failed\n"), RuleText(file="j.yml", content=joint)])
    assert "at least" in str(read.refusals[0].reason)


@pytest.mark.parametrize(
    ("status", "level", "counts"),
    [("experimental", "high", Level.MEDIUM), ("experimental", "low", Level.LOW), ("test", "high", Level.HIGH)],
)
def test_a_rule_that_its_author_still_tries_counts_one_level_lower(status, level, counts):
    head = f"title: T\nlogsource: {{product: windows}}\nstatus: {status}\nlevel: {level}\n"
    assert rule("  a: {X: a}\n  condition: a\n", head).level is counts
