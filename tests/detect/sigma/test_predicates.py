from tests.detect.sigma.events import rule

from cloison.detect.sigma.predicates import RAW, asked_fields, columns_of, events_of, settle


def condition(detection):
    return rule(detection).condition


def test_what_is_known_is_settled():
    node = condition("  a: {EventID: 4688}\n  b: {X: 'y'}\n  condition: a and b\n")
    assert settle(node, {"EventID": "4689"}, {}) is False
    assert columns_of(settle(node, {"EventID": "4688"}, {"X": "Z"})) == {"Z"}
    alone = condition("  a: {EventID: [1, 2]}\n  condition: a\n")
    assert settle(alone, {"EventID": "2"}, {}) is True
    assert settle(condition("  a: {EventID: 1}\n  condition: not a\n"), {"EventID": "1"}, {}) is False


def test_the_events_that_a_rule_needs_are_known_beforehand():
    assert events_of(condition("  a: {EventID: [1, 2]}\n  b: {X: 'y'}\n  condition: a and b\n")) == {"1", "2"}
    assert events_of(condition("  a: {EventID: 1}\n  b: {X: 'y'}\n  condition: a or b\n")) is None
    assert events_of(condition("  a: {EventID: 1}\n  condition: not a\n")) is None


def test_cased_tests_look_at_the_text_as_logged():
    assert columns_of(condition("  a: {X|cased: 'Y', A: b}\n  condition: a\n")) == {RAW + "X", "A"}


def test_denied_fields_are_not_told():
    assert asked_fields(condition("  a: {X: 'y'}\n  f: {Z: 'z'}\n  condition: a and not f\n")) == ("X",)
