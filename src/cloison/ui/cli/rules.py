"""What became of the rules that a person gave."""

from collections import Counter

from cloison.model.rules import RuleSet
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator
from cloison.words import say, say_many

REASONS = 5
"""Reasons for refusing rules that are told on a screen."""


def show_rules(screen: Screen, rules: RuleSet, words: Translator) -> None:
    """Print how many rules were looked for, and why others were not."""
    looked_for = len(rules.rules) + len(rules.correlations)
    screen.line(
        words.sentence(
            say_many("{n} rule looked for in hosts' logs", "{n} rules looked for in hosts' logs", looked_for)
        )
    )
    elsewhere = sum(refusal.elsewhere for refusal in rules.refusals)
    if elsewhere:
        screen.line(
            words.sentence(
                say_many(
                    "{n} rule set aside: it speaks of logs that are not read here",
                    "{n} rules set aside: they speak of logs that are not read here",
                    elsewhere,
                )
            ),
            indent=2,
        )
    reasons = Counter(words.sentence(refusal.reason) for refusal in rules.refusals if not refusal.elsewhere)
    for reason, count in reasons.most_common(REASONS):
        screen.line(
            words.sentence(say_many("{n} rule refused: {reason}", "{n} rules refused: {reason}", count, reason=reason)),
            indent=2,
        )
    rest = sum(reasons.values()) - sum(count for _, count in reasons.most_common(REASONS))
    if rest:
        screen.line(words.sentence(say("and {n} more (--format json lists them all)", n=rest)), indent=2)
