"""The indicators that a person asked to be told of, kept between two commands."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from cloison.errors import BadValueError, UnwritableFileError
from cloison.model.indicator import Indicator, IndicatorKind
from cloison.words import say, verbatim

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
    fresh = home / f".{WATCHED}.new"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(json.dumps(page, ensure_ascii=True, indent=1).encode())
        fresh.replace(home / WATCHED)
    except OSError as error:
        raise UnwritableFileError(
            say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another folder with --home DIR, or free this one"),
            where=str(home),
        ) from error


def _damaged(path: Path) -> BadValueError:
    return BadValueError(
        say("the watchlist is damaged"),
        fix=say("delete this file, and name the indicators again with cloison search --watch"),
        where=str(path),
    )
