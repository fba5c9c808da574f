"""pySigma's condition trees, in Cloison's terms."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import orjson
import polars as pl
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from cloison.model.rules import AllOf, AnyOf, Comparison, Condition, Means, Not
from cloison.words import Sentence, say, verbatim

MANY = SpecialChars.WILDCARD_MULTI
ONE = SpecialChars.WILDCARD_SINGLE

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")

_COMPARED = {
    SigmaCompareExpression.CompareOperators.LT: Means.LESS,
    SigmaCompareExpression.CompareOperators.LTE: Means.AT_MOST,
    SigmaCompareExpression.CompareOperators.GT: Means.MORE,
    SigmaCompareExpression.CompareOperators.GTE: Means.AT_LEAST,
}


_SHAPES: Mapping[tuple[SpecialChars | None, ...], Means] = {
    (None,): Means.IS,
    (None, MANY): Means.STARTS,
    (MANY, None): Means.ENDS,
    (MANY, None, MANY): Means.CONTAINS,
}
"""Where the wildcards of a text are -> how it is compared."""


class Untranslatable(Exception):  # noqa: N818 - caught by the reader of rules, which says the reason
    """A rule asks for something that the engine does not do."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


DEEPEST = 64
"""Levels of and, or, not: whatever follows a condition recurses, and no rule needs ten."""


def translated(node: object, depth: int = 0) -> Condition:
    """Translate one tree.

    Raises:
        Untranslatable: it holds a modifier or a regular expression that is not supported, or is too deep.
    """
    if depth > DEEPEST:
        raise Untranslatable(say("nested too deeply"))
    if isinstance(node, ConditionOR):
        return AnyOf(parts=tuple(translated(part, depth + 1) for part in node.args))
    if isinstance(node, ConditionAND):
        return AllOf(parts=tuple(translated(part, depth + 1) for part in node.args))
    if isinstance(node, ConditionNOT):
        return Not(part=translated(node.args[0], depth + 1))
    if isinstance(node, ConditionFieldEqualsValueExpression):
        return _test(node.field, node.value)
    if isinstance(node, ConditionValueExpression):
        return _keyword(node.value)
    raise Untranslatable(say("the condition is empty"))


def _test(field: str, value: object) -> Condition:  # noqa: C901, PLR0911 - one line for each sort of value
    match value:
        case SigmaString():
            return _text(field, value)
        case SigmaNumber() if not isinstance(value, SigmaTimestampPart):
            return Comparison(field=field, means=Means.IS, text=str(value.number))
        case SigmaBool():
            return Comparison(field=field, means=Means.IS, text=str(value.boolean).lower())
        case SigmaNull():
            return Comparison(field=field, means=Means.ABSENT)
        case SigmaExists():
            return Comparison(field=field, means=Means.PRESENT if value.exists else Means.ABSENT)
        case SigmaRegularExpression():
            return _regex(field, value)
        case SigmaCIDRExpression():
            return AnyOf(parts=tuple(_text(field, SigmaString(one)) for one in value.expand()))
        case SigmaExpansion():
            return AnyOf(parts=tuple(_test(field, one) for one in value.values))
        case SigmaFieldReference():
            same = Means.STARTS_AS if value.starts_with else Means.ENDS_AS if value.ends_with else Means.SAME
            return Comparison(field=field, means=same, text=value.field, cased=True)
        case SigmaCompareExpression() if value.op in _COMPARED:
            return Comparison(field=field, means=_COMPARED[value.op], text=str(value.number))
    raise Untranslatable(say("a modifier is not supported: {name}", name=type(value).__name__))


def _keyword(value: object) -> Condition:
    if isinstance(value, SigmaString):
        # The whole record is looked at as the JSON text that it is, where a backslash is written twice.
        written = (orjson.dumps(one).decode()[1:-1] if isinstance(one, str) else one for one in value.s)
        inner = [MANY, *written, MANY]
        return _pieces("", inner, cased=isinstance(value, SigmaCasedString))
    if isinstance(value, SigmaNumber):
        return Comparison(field="", means=Means.CONTAINS, text=str(value.number))
    if isinstance(value, SigmaExpansion):
        return AnyOf(parts=tuple(_keyword(one) for one in value.values))
    if isinstance(value, SigmaRegularExpression):
        return _regex("", value)
    raise Untranslatable(say("a modifier is not supported: {name}", name=type(value).__name__))


def _text(field: str, value: SigmaString) -> Condition:
    return _pieces(field, list(value.s), cased=isinstance(value, SigmaCasedString))


def _pieces(field: str, raw: Iterable[object], *, cased: bool) -> Condition:
    pieces: list[object] = []
    for piece in raw:
        if not isinstance(piece, str | SpecialChars):
            raise Untranslatable(
                say("a placeholder must be filled first: {name}", name=str(getattr(piece, "name", "")))
            )
        if piece is MANY and pieces and pieces[-1] is MANY:
            continue
        pieces.append(piece if cased or not isinstance(piece, str) else piece.lower())
    plain = [piece for piece in pieces if isinstance(piece, str)]
    if not plain:
        means = Means.PRESENT if pieces else Means.ABSENT
        return Comparison(field=field, means=means)
    shape = tuple(piece if isinstance(piece, SpecialChars) else None for piece in pieces)
    if shape in _SHAPES:
        return _whole(Comparison(field=field, means=_SHAPES[shape], text=plain[0], cased=cased))
    special: dict[object, str] = {MANY: ".*", ONE: "."}
    pattern = "".join(special.get(piece) or re.escape(str(piece)) for piece in pieces)
    return _expression(field, f"(?s)^{pattern}$", cased=cased)


def _whole(test: Comparison) -> Condition:
    found = _GUID.fullmatch(test.text) if test.means is Means.IS else None
    if found is None:
        return test
    # Event viewers put braces around identifiers; in the log itself they have none.
    forms = (found[1], f"{{{found[1]}}}")
    return AnyOf(parts=tuple(replace(test, text=form) for form in forms))


def _regex(field: str, value: SigmaRegularExpression) -> Condition:
    return _expression(field, value.escape(escape_escape_char=False), cased=True)


def _expression(field: str, pattern: str, *, cased: bool) -> Condition:
    reason = refusal_of(pattern)
    if reason is not None:
        raise Untranslatable(say("a regular expression is not supported: {detail}", detail=verbatim(reason)))
    return Comparison(field=field, means=Means.REGEX, text=pattern, cased=cased)


@lru_cache(maxsize=8_192)
def refusal_of(pattern: str) -> str | None:
    """Tell why Polars' engine cannot run an expression; None when it can.

    That engine takes time in proportion to the text whatever the expression; it knows no look-around and no
    backreference, and bounds the size of what it compiles.
    """
    try:
        pl.Series(["x"]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        told = str(error).splitlines()
        return next((line.removeprefix("error: ") for line in told if line.startswith("error: ")), told[0])
    return None
