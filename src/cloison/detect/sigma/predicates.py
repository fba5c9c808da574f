"""Conditions as Polars expressions over text columns, one for each field.

A column holds the field's text in lower case, "" where it is missing; a column whose name begins with `RAW` holds it
as logged.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, Union

import polars as pl

from cloison.model.rules import AllOf, AnyOf, Comparison, Condition, Means, Not

RAW = "="

Known: TypeAlias = Mapping[str, str]
"""Field -> its text in lower case, where all the records at hold have the same."""

Settled: TypeAlias = Union[Condition, bool]

_OTHER_FIELD = frozenset({Means.SAME, Means.STARTS_AS, Means.ENDS_AS})

_JOINED = frozenset({Means.IS, Means.CONTAINS, Means.STARTS, Means.ENDS})

_FILE_NAME = re.compile(r"\\[^\\]*")

LONG = 8192
"""Letters of texts put in one expression: a compiled expression has a size that it may not exceed."""

_MANY = 3
"""From so many texts on, one pass for all of them is quicker than one for each."""

_PLAIN: Mapping[Means, Callable[[str, str], bool]] = {
    Means.IS: lambda value, text: value == text,
    Means.CONTAINS: lambda value, text: text in value,
    Means.STARTS: lambda value, text: value.startswith(text),
    Means.ENDS: lambda value, text: value.endswith(text),
    Means.PRESENT: lambda value, _: value != "",
    Means.ABSENT: lambda value, _: value == "",
}


def settle(node: Condition, known: Known, names: Mapping[str, str]) -> Settled:
    """Replace what is known beforehand by its truth, and fields by the columns that hold them.

    Args:
        node: a condition, in the rule's own names.
        known: what all the records at hold have in common.
        names: field -> column, where they differ.
    """
    if isinstance(node, Comparison):
        if node.field in known and node.means in _PLAIN and not node.cased:
            return _PLAIN[node.means](known[node.field], node.text)
        text = names.get(node.text, node.text) if node.means in _OTHER_FIELD else node.text
        return Comparison(field=names.get(node.field, node.field), means=node.means, text=text, cased=node.cased)
    if isinstance(node, Not):
        inner = settle(node.part, known, names)
        return not inner if isinstance(inner, bool) else Not(part=inner)
    parts = [settle(part, known, names) for part in node.parts]
    decides = isinstance(node, AnyOf)
    if decides in [part for part in parts if isinstance(part, bool)]:
        return decides
    left = tuple(part for part in parts if not isinstance(part, bool))
    if len(left) > 1:
        return AnyOf(parts=left) if decides else AllOf(parts=left)
    return left[0] if left else not decides


def events_of(node: Condition) -> frozenset[str] | None:
    """Give the event ids without which a condition cannot hold; None when any may do."""
    if isinstance(node, Comparison):
        return frozenset({node.text}) if node.field == "EventID" and node.means is Means.IS else None
    if isinstance(node, AllOf):
        asked = [found for part in node.parts if (found := events_of(part)) is not None]
        return frozenset.intersection(*asked) if asked else None
    if isinstance(node, AnyOf):
        every = [events_of(part) for part in node.parts]
        known = [one for one in every if one is not None]
        return frozenset().union(*known) if len(known) == len(every) else None
    return None


def columns_of(node: Condition) -> frozenset[str]:
    """Give the columns that a settled condition looks at."""
    if isinstance(node, Comparison):
        raw = RAW if node.cased else ""
        named = {raw + node.field, raw + node.text} if node.means in _OTHER_FIELD else {raw + node.field}
        return frozenset(named)
    if isinstance(node, Not):
        return columns_of(node.part)
    return frozenset().union(*(columns_of(part) for part in node.parts))


def asked_fields(node: Condition) -> tuple[str, ...]:
    """Give the fields that a condition asks something of, denials left out, in order."""
    if isinstance(node, Comparison):
        return (node.field,)
    if isinstance(node, Not):
        return ()
    return tuple(dict.fromkeys(field for part in node.parts for field in asked_fields(part)))


def predicate(node: Condition) -> pl.Expr:
    """Give the expression of a settled condition; it is never null."""
    if isinstance(node, Comparison):
        return _test(node)
    if isinstance(node, Not):
        return ~predicate(node.part)
    if isinstance(node, AllOf):
        return pl.all_horizontal(predicate(part) for part in node.parts)
    return pl.any_horizontal(_either(node.parts))


def _either(parts: Iterable[Condition]) -> list[pl.Expr]:
    """Join the texts looked for in one column in one way."""
    alike: dict[tuple[str, Means, bool], list[str]] = {}
    rest: list[Condition] = []
    for part in parts:
        if isinstance(part, Comparison) and part.means in _JOINED:
            alike.setdefault((part.field, part.means, part.cased), []).append(part.text)
        else:
            rest.append(part)
    found: list[pl.Expr] = []
    for (field, means, cased), texts in alike.items():
        if len(texts) < _MANY:
            found.extend(_test(Comparison(field=field, means=means, text=text, cased=cased)) for text in texts)
            continue
        found.append(_one_of(pl.col(RAW + field if cased else field), means, texts))
    return [*found, *(predicate(part) for part in rest)]


def _one_of(column: pl.Expr, means: Means, texts: list[str]) -> pl.Expr:
    if means is Means.IS:
        return column.is_in(texts)
    if means is Means.CONTAINS:
        return column.str.contains_any(texts)
    if means is Means.STARTS and sum(map(len, texts)) > LONG:
        return pl.any_horizontal(column.str.starts_with(text) for text in texts)
    if means is Means.STARTS:
        return column.str.contains("^(?:" + "|".join(map(re.escape, texts)) + ")")
    # Most often names of programs: the last part of a path is compared with all of them at once.
    names = [text for text in texts if _FILE_NAME.fullmatch(text)]
    others = [column.str.ends_with(text) for text in texts if text not in set(names)]
    return pl.any_horizontal(column.str.extract(r"(\\[^\\]*)$").is_in(names).fill_null(value=False), *others)


def _test(test: Comparison) -> pl.Expr:  # noqa: PLR0911 - one line for each means
    column = pl.col(RAW + test.field if test.cased else test.field)
    match test.means:
        case Means.IS:
            return column == test.text
        case Means.CONTAINS:
            return column.str.contains(test.text, literal=True)
        case Means.STARTS:
            return column.str.starts_with(test.text)
        case Means.ENDS:
            return column.str.ends_with(test.text)
        case Means.REGEX:
            return column.str.contains(test.text)
        case Means.PRESENT:
            return column != ""
        case Means.ABSENT:
            return column == ""
        case Means.SAME | Means.STARTS_AS | Means.ENDS_AS:
            other = pl.col(RAW + test.text if test.cased else test.text)
            compared = {
                Means.SAME: column == other,
                Means.STARTS_AS: column.str.starts_with(other),
                Means.ENDS_AS: column.str.ends_with(other),
            }[test.means]
            return compared & (column != "")
    number = column.cast(pl.Float64(), strict=False)
    limit = float(test.text)
    compared = {
        Means.LESS: number < limit,
        Means.AT_MOST: number <= limit,
        Means.MORE: number > limit,
        Means.AT_LEAST: number >= limit,
    }[test.means]
    return compared.fill_null(value=False)
