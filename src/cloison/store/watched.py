"""The indicators that a person asked to be told of, kept between two commands."""

import json
from collections.abc import Sequence
from pathlib import Path

from cloison.errors import BadValueError
from cloison.model.indicator import Indicator, IndicatorKind
from cloison.store.private import replace_private
from cloison.words import say

WATCHED = "watchlist.json"
FORMAT = 1


def watched(home: Path) -> tuple[Indicator, ...]:
    """Give what is watched, in order; nothing when there is no list.

    Raises:
        BadValueError: the file is damaged: to go on without it would be silence where a person expects an alert.
    """
    path = home / WATCHED
    try:
        page = json.loads(path.read_bytes())
        if page["format"] == FORMAT:
            return tuple(
                Indicator(kind=IndicatorKind(one["kind"]), value=str(one["value"])) for one in page["indicators"]
            )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    raise _damaged(path)


def watch(home: Path, indicators: Sequence[Indicator]) -> None:
    """Replace what is watched; only its owner may read the file.

    Raises:
        UnwritableFileError: the folder or the file cannot be written.
    """
    ordered = sorted(set(indicators), key=lambda one: (one.kind.value, one.value))
    page = {"format": FORMAT, "indicators": [{"kind": one.kind.value, "value": one.value} for one in ordered]}
    replace_private(home / WATCHED, json.dumps(page, ensure_ascii=True, indent=1).encode())


def _damaged(path: Path) -> BadValueError:
    return BadValueError(
        say("the watchlist is damaged"),
        fix=say("delete this file, and name the indicators again with cloison search --watch"),
        where=str(path),
    )
