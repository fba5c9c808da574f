"""The map file's keys, as the nouns declare them, and what numbers they may hold."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, NamedTuple, TypeAlias

from cloison.model.hospital import (
    Asset,
    CareService,
    Conduit,
    Degraded,
    EnforcementPoint,
    Flow,
    Hospital,
    Learned,
    SpreadProbabilities,
    SpreadRates,
    Zone,
)
from cloison.words import Sentence

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the file: ("conduit", 3, "services", 0)."""

Plain: TypeAlias = dict[str, Any]
"""A table as tomllib gives it: str, int, float, bool, dates, lists and tables."""

TABLES: Mapping[str, type] = {
    "zone": Zone,
    "asset": Asset,
    "enforcement_point": EnforcementPoint,
    "conduit": Conduit,
    "flow": Flow,
    "care_service": CareService,
}
"""The lists of entries, in the order in which a new file has them."""

NESTED: Mapping[str, type] = {
    "learned": Learned,
    "degraded": Degraded,
    "spread": SpreadProbabilities,
    "spread_per_hour": SpreadRates,
}

DEEPEST = 64
"""Values nest at most this deep: no care activity needs more, and readers of the file recurse."""

MANY = 1e9
"""No count, rate or time of a hospital is larger; beyond it the planners' arithmetic would lose its sense."""

_COUNT = (0.0, MANY)
_SHARE = (0.0, 1.0)

LIMITS: Mapping[tuple[str, ...], tuple[float, float]] = {
    ("zone", "patient_records"): _COUNT,
    ("conduit", "close_minutes"): _COUNT,
    ("conduit", "spread_per_hour", "open"): _COUNT,
    ("conduit", "spread_per_hour", "lifeline"): _COUNT,
    ("conduit", "spread", "open"): _SHARE,
    ("conduit", "spread", "lifeline"): _SHARE,
    ("conduit", "spread", "closed"): _SHARE,
    ("care_service", "care_per_hour"): _COUNT,
    ("care_service", "degraded", "capacity"): _SHARE,
    ("care_service", "degraded", "hours"): _COUNT,
    ("care_service", "restore_hours"): _COUNT,
    ("care_service", "max_loss_hours"): _COUNT,
    **{
        (table, "learned", key): (0.0, float(2**63 - 1))
        for table in ("zone", "asset", "conduit", "flow")
        for key in ("records", "bytes")
    },
}
"""Least and greatest value of each number, both allowed."""


class Mistake(NamedTuple):
    """One mistake, before its line is known."""

    path: Path
    reason: Sentence
    fix: Sentence


@cache
def keys_of(noun: type[Any]) -> Mapping[str, Field[Any]]:
    """Give a noun's keys, as files have them, and their fields."""
    written_as = noun.__pydantic_config__["alias_generator"]
    return {written_as(field.name): field for field in fields(noun)}


def noun_at(path: Path) -> type | None:
    """Give the noun that a table of the file stands for, or None."""
    if not path:
        return Hospital
    last = path[-1] if isinstance(path[-1], str) else path[-2]
    return {**TABLES, **NESTED}.get(str(last))


def entries(data: Plain, table: str) -> list[tuple[Path, Plain]]:
    """Give the well-formed entries of a table with their places; `[zone]` alone is taken for `[[zone]]`."""
    listed = data.get(table)
    if isinstance(listed, dict):
        return [((table,), listed)]
    if not isinstance(listed, list):
        return []
    return [((table, index), entry) for index, entry in enumerate(listed) if isinstance(entry, dict)]


def plain_of(noun: object) -> Plain:
    """Give a noun as its table in the file: keys in order, those left at their default omitted.

    The file's number comes first and is always written: it tells which Cloison reads it.
    """
    table: Plain = {"format": noun.format} if isinstance(noun, Hospital) else {}
    kind: Any = type(noun)
    for key, field in keys_of(kind).items():
        value = getattr(noun, field.name)
        if field.default is MISSING or value != field.default:
            table[key] = _plain(value)
    return table


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network):
        return str(value)
    if isinstance(value, str | bool | int | float | datetime) or value is None:
        return value
    return plain_of(value)
