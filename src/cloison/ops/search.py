"""Look for indicators in the past, and have the future watched for them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloison.errors import BadValueError, MissingFileError, NothingKeptError
from cloison.model.indicator import Indicator, read_indicator, read_pattern
from cloison.store.history import History, Keeping
from cloison.store.lookback import LookBack, look_back
from cloison.store.watched import watch, watched
from cloison.words import say, say_many, verbatim

HISTORY = "history"
__all__ = ["change_watchlist", "keeper", "read_file", "read_moment", "read_words", "search", "watched"]

LARGEST = 1 << 24
"""Bytes of a file of indicators: a quarter of a million lines."""


def search(
    home: Path, indicators: Sequence[Indicator], *, since: datetime | None = None, until: datetime | None = None
) -> LookBack:
    """Look for indicators in the history kept under a home.

    Raises:
        NothingKeptError: no hour is kept there, or none in that time.
    """
    found = look_back(home / HISTORY, indicators, since=since, until=until)
    if found.hours == 0:
        raise NothingKeptError(
            say("no history is kept of that time") if since or until else say("no history is kept here"),
            fix=say("fill it: {command}", command="cloison analyze PATH --keep"),
            where=str(home),
        )
    return found


def keeper(home: Path, keeping: Keeping | None = None) -> History:
    """Open the history under a home, to add what is read and close it."""
    return History(home / HISTORY, keeping or Keeping(), now=datetime.now(UTC))


def change_watchlist(home: Path, *, add: Iterable[Indicator] = (), drop: Iterable[Indicator] = ()) -> int:
    """Add to the watchlist and take off it.

    Returns:
        How many indicators are watched then.

    Raises:
        UnwritableFileError: the list cannot be written.
    """
    kept = {*watched(home), *add} - set(drop)
    watch(home, tuple(kept))
    return len(kept)


def read_words(words: Sequence[str], patterns: Sequence[str]) -> tuple[Indicator, ...]:
    """Understand the indicators of a command line.

    Raises:
        BadValueError: one is none.
    """
    return tuple(dict.fromkeys([*map(read_indicator, words), *map(read_pattern, patterns)]))


def read_file(path: Path) -> tuple[Indicator, ...]:
    """Understand a file of indicators, one a line; a line that begins with `#` is a remark.

    Raises:
        MissingFileError: the file is not there, or may not be read.
        BadValueError: it is too large, holds none, or a line is no indicator: the first ten are named.
    """
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    if len(text) > LARGEST:
        raise BadValueError(
            say("the list is larger than 16 MiB"), fix=say("cut it into several files"), where=str(path)
        )
    found, bad = [], []
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        word = line.partition(" #")[0].strip().strip('",;')
        if not word or word.startswith("#"):
            continue
        try:
            found.append(read_indicator(word))
        except BadValueError:
            bad.append(number)
    if bad or not found:
        raise _unreadable(path, bad)
    return tuple(dict.fromkeys(found))


def read_moment(text: str, *, end: bool = False) -> datetime:
    """Understand a local date, or date and time; a date alone means its first hour, or its last when it is an end.

    Raises:
        BadValueError: it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadValueError(
            say("it is no date"),
            fix=say("write it as in {example}", example="2026-03-02, 2026-03-02T14:30"),
            where=repr(text[:80]),
        ) from error
    if end and len(text) == len("2026-03-02"):
        moment += timedelta(hours=23)
    return moment.astimezone(UTC)


def _unreadable(path: Path, bad: Sequence[int]) -> BadValueError:
    if not bad:
        return BadValueError(say("there is no indicator in the file"), fix=say("write one a line"), where=str(path))
    lines = ", ".join(str(number) for number in bad[:10])
    return BadValueError(
        say_many("{n} line is no indicator: {lines}", "{n} lines are no indicators: {lines}", len(bad), lines=lines),
        fix=say("correct them, or begin them with #"),
        where=str(path),
    )
