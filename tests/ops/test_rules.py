import pytest

from cloison.errors import NoRulesError
from cloison.ops.rules import rules_of

RULE = "title: Made\nlogsource: {product: PRODUCT, category: process_creation}\ndetection: {a: {X: b}, condition: a}\n"


def test_every_rule_that_ships_can_be_used_and_says_what_it_is_for():
    shipped = rules_of()
    assert shipped.refusals == ()
    for rule in shipped.rules:
        assert rule.techniques or not rule.alerts
        assert rule.tactics or not rule.alerts
        assert rule.title
    assert len({rule.title for rule in shipped.rules}) == len(shipped.rules)


def test_a_folder_adds_its_rules(tmp_path):
    (tmp_path / "a.yml").write_text(RULE.replace("PRODUCT", "windows"))
    assert len(rules_of([tmp_path]).rules) == len(rules_of().rules) + 1


def test_a_folder_whose_rules_are_for_other_logs_is_no_mistake(tmp_path):
    (tmp_path / "a.yml").write_text(RULE.replace("PRODUCT", "macos"))
    assert sum(refusal.elsewhere for refusal in rules_of([tmp_path]).refusals) == 1


def test_a_folder_without_any_rule_is_a_mistake(tmp_path):
    (tmp_path / "a.yml").write_text("a: b\n")
    with pytest.raises(NoRulesError):
        rules_of([tmp_path])
