"""Numbers of the map: possible ones, and rates that fall as a door closes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from math import isfinite

from cloison.store.keys import LIMITS, Mistake, Path, Plain, entries
from cloison.words import say

_BY_LEVEL = ("open", "lifeline", "closed")


def mistakes(data: Plain) -> Iterator[Mistake]:
    """Find numbers out of their limits, spread given twice or rising, and times that run backwards."""
    for (table, *keys), (least, most) in LIMITS.items():
        for path, entry in entries(data, table):
            value = _value(entry, keys)
            if value is not None and not least <= value <= most:
                yield Mistake(
                    (*path, *keys),
                    say('"{key}" cannot be {value}', key=keys[-1], value=_shown(value)),
                    say("write a number from {least} to {most}", least=_shown(least), most=_shown(most)),
                )
    for path, conduit in entries(data, "conduit"):
        yield from _spread(path, conduit)
    for table in ("zone", "asset", "conduit", "flow"):
        for path, entry in entries(data, table):
            yield from _backwards(path, entry.get("learned"))


def _spread(path: Path, conduit: Plain) -> Iterator[Mistake]:
    if "spread" in conduit and "spread_per_hour" in conduit:
        yield Mistake(
            (*path, "spread"),
            say('"spread" and "spread_per_hour" are both given'),
            say("keep one: rates per hour, or probabilities within the horizon"),
        )
    for key in ("spread", "spread_per_hour"):
        values = [(level, _value(conduit, [key, level])) for level in _BY_LEVEL]
        known = [(level, value) for level, value in values if value is not None]
        for (before, more), (after, less) in pairwise(known):
            if less > more:
                yield Mistake(
                    (*path, key, after),
                    say('"{after}" is above "{before}"', after=after, before=before),
                    say("closing a door cannot help an intruder: write at most {value}", value=_shown(more)),
                )


def _backwards(path: Path, learned: object) -> Iterator[Mistake]:
    if not isinstance(learned, dict):
        return
    first, last = learned.get("first"), learned.get("last")
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return
    if first.tzinfo and last.tzinfo and last < first:
        yield Mistake(
            (*path, "learned", "last"),
            say('"last" is before "first"'),
            say("write the time of the last record"),
        )


def _value(entry: Plain, keys: list[str]) -> float | None:
    """Give a number of the entry, or None when absent; what is no number, pydantic has refused."""
    here: object = entry
    for key in keys:
        here = here.get(key) if isinstance(here, dict) else None
    if isinstance(here, bool) or not isinstance(here, int | float):
        return None
    return here if isinstance(here, int) or isfinite(here) else None


def _shown(value: float) -> str:
    return f"{value:.12g}" if abs(value) < 1e300 else "…"  # noqa: PLR2004 - a longer integer would overflow a float
