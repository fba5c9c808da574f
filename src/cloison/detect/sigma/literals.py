"""Texts without which a regular expression cannot match.

Only what is certain is told: whatever this reader does not know breaks a text in two, and an expression that it cannot
follow gives nothing. Such an expression is then looked at everywhere, which is slower and finds the same.

Source: the required factors of grep's and RE2's prefilters (Cox, "Regular expression matching with a trigram index",
2012), without their trigrams.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

Texts: TypeAlias = frozenset[str]

_QUANTIFIER = re.compile(r"([*+?]|\{(\d*)(?:,\d*)?\})[?]?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\\[])*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|[imsU-]*:))?")
_FLAGS = re.compile(r"\(\?[imsU-]+\)")
_HEX = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[xuU]\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|[pP](?:\{[^}]*\}|\w))")
_NOWHERE = frozenset("bBAz^$")
"""What matches between two letters and parts no text."""


class _Unknown(Exception):  # noqa: N818 - caught in this file: nothing is told of the expression
    pass


def needed_by(pattern: str, worth: Callable[[Texts], tuple[bool, float]]) -> Texts:
    """Give texts in lower case, one of which is in whatever the expression matches.

    Args:
        pattern: in Rust's syntax, case ignored or not.
        worth: tells which of two sets of texts is rarer in what is looked at.

    Returns:
        Nothing when there is no such text, or when it cannot be told.
    """
    reader = _Reader(pattern, worth)
    try:
        found = reader.either()
    except (_Unknown, RecursionError):
        return frozenset()
    return found if reader.at == len(pattern) else frozenset()


class _Reader:
    """Reads an expression from left to right; `at` is the place of the next letter."""

    def __init__(self, pattern: str, worth: Callable[[Texts], tuple[bool, float]]) -> None:
        self.at = 0
        self._pattern = pattern
        self._worth = worth

    def either(self) -> Texts:
        branches = [self._sequence()]
        while self._next() == "|":
            self.at += 1
            branches.append(self._sequence())
        return frozenset().union(*branches) if all(branches) else frozenset()

    def _sequence(self) -> Texts:
        choices: list[Texts] = []
        run = ""
        while (letter := self._next()) not in {"", "|", ")"}:
            if letter == "(" and _FLAGS.match(self._pattern, self.at) is None:
                inner = self._group()
                least = self._repeats()
                choices.append(inner if least is None or least else frozenset())
            else:
                text = self._atom()
                if text is None:
                    continue
                least = self._repeats()
                if text and least is None:
                    run += text
                    continue
                if text and least:
                    choices.append(frozenset({run + text}))
                    run = ""
                    continue
            choices.append(frozenset({run}))
            run = ""
        choices.append(frozenset({run}))
        return max((one for one in choices if one and all(one)), key=self._worth, default=frozenset())

    def _next(self) -> str:
        return self._pattern[self.at : self.at + 1]

    def _group(self) -> Texts:
        opened = _GROUP.match(self._pattern, self.at)
        if opened is None or self._pattern.startswith("?", opened.end()):
            raise _Unknown
        self.at = opened.end()
        inner = self.either()
        if self._next() != ")":
            raise _Unknown
        self.at += 1
        return inner

    def _atom(self) -> str | None:
        """Give a letter; "" for what may be several; None for what takes no room."""
        known = next(
            (found for sort in (_FLAGS, _CLASS, _HEX) if (found := sort.match(self._pattern, self.at)) is not None),
            None,
        )
        if known is not None:
            self.at = known.end()
            return None if known.re is _FLAGS else ""
        letter = self._next()
        self.at += 1
        if letter in {"^", "$"}:
            return None
        if letter in {".", ""}:
            return ""
        if letter == "[":
            raise _Unknown
        if letter == "\\":
            escaped = self._next()
            self.at += 1
            if escaped in _NOWHERE and escaped.isalpha():
                return None
            return escaped if escaped and not escaped.isalnum() else ""
        return letter.lower() if letter.isascii() else ""

    def _repeats(self) -> int | None:
        """Read how often at least the atom before is wanted; None when once, as it stands."""
        found = _QUANTIFIER.match(self._pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        return 1 if found[1] == "+" else 0 if found[2] is None else int(found[2] or 0)
