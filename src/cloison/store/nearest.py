"""The valid word nearest to a wrong one."""

from collections.abc import Collection
from difflib import get_close_matches

from cloison.words import Sentence, say

SHORT_LIST = 12
"""A list of words that a person reads at a glance."""

BUDGET = 400_000
"""Comparisons in one reading, about four seconds: a map that is all wrong must still get its answer."""


class Speller:
    """Suggests corrections for one file; keeps what it found."""

    def __init__(self) -> None:
        self._left = BUDGET
        self._known: dict[tuple[str, int], str | None] = {}

    def nearest(self, word: str, valid: Collection[str]) -> str | None:
        """Give the nearest valid word, whatever its case; None when none is near or the budget is spent.

        Args:
            word: the wrong word.
            valid: candidates; the same object in each call about the same table.

        Source: Ratcliff and Metzener 1988, as in Python's difflib.
        """
        known = (word, id(valid))
        if known not in self._known:
            self._known[known] = self._search(word, valid)
        return self._known[known]

    def _search(self, word: str, valid: Collection[str]) -> str | None:
        if self._left < len(valid):
            return None
        self._left -= len(valid)
        folded = {one.casefold(): one for one in valid}
        found = get_close_matches(word.casefold(), folded, n=1)
        return folded[found[0]] if found else None

    def fix(self, word: str, valid: Collection[str], otherwise: Sentence) -> Sentence:
        """Say what to write in place of a wrong word."""
        near = self.nearest(word, valid)
        if near is not None:
            return say('write "{word}"', word=near)
        if 0 < len(valid) <= SHORT_LIST:
            return say("write one of: {words}", words=", ".join(sorted(valid)))
        return otherwise
