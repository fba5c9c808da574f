"""What a record must hold for a rule to have a chance: texts that one pass over the records finds.

A rule is looked at closely only in records that hold one of its anchors. Nearly every rule names some text that it
cannot do without; those that only deny, or compare numbers, have no anchor and are looked at everywhere.

Source: the literal prefilters of multi-pattern matchers (Hyperscan, Wang et al., NSDI 2019); Aho and Corasick 1975.
"""

from typing import TypeAlias

from cloison.detect.sigma.literals import Texts, needed_by
from cloison.model.rules import AllOf, AnyOf, Comparison, Condition, Means

Anchors: TypeAlias = frozenset[tuple[str, str]]
"""(field, text in lower case): a record where the rule matches holds one of these texts in that field."""

SHORTEST = 3
"""Letters of an anchor: shorter ones are found nearly everywhere."""

_LITERAL = frozenset({Means.IS, Means.CONTAINS, Means.STARTS, Means.ENDS})

_COMMON = (
    "\\powershell.exe",
    "\\cmd.exe",
    "\\rundll32.exe",
    "\\windows\\",
    "\\currentversion\\",
    "http",
    ".exe",
    ".dll",
)
"""Texts that half of the records hold: an anchor that is part of one, or ends as one, is chosen last."""


def anchors_of(node: Condition) -> Anchors | None:
    """Give the anchors of a condition; None when it has none."""
    if isinstance(node, Comparison):
        texts = _held(node)
        long = bool(texts) and min(map(len, texts)) >= SHORTEST
        return frozenset((node.field, text) for text in texts) if long else None
    if isinstance(node, AllOf):
        choices = [found for part in node.parts if (found := anchors_of(part)) is not None]
        return max(choices, key=_worth, default=None)
    if isinstance(node, AnyOf):
        every = [anchors_of(part) for part in node.parts]
        known = [one for one in every if one is not None]
        return frozenset().union(*known) if len(known) == len(every) else None
    return None


def _held(test: Comparison) -> Texts:
    if test.means in _LITERAL:
        return frozenset({test.text.lower()})
    return needed_by(test.text, _rarity) if test.means is Means.REGEX else frozenset()


def _worth(anchors: Anchors) -> tuple[bool, float]:
    return _rarity(frozenset(text for _, text in anchors))


def _rarity(texts: Texts) -> tuple[bool, float]:
    """Prefer what is rarely held: no common text, then the longest of the shortest, then few of them."""
    common = any(text.endswith(_COMMON) or any(text in one for one in _COMMON) for text in texts)
    return not common, min(map(len, texts)) - len(texts) / 8
