"""What people called normal, kept between two commands."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadValueError
from cloison.model.mute import Mute
from cloison.store.private import replace_private
from cloison.words import say

MUTES = "mutes.json"
FORMAT = 1

_MUTES = TypeAdapter(tuple[Mute, ...])


def mutes_kept(home: Path) -> tuple[Mute, ...]:
    """Give every decision, ended ones too; none when nothing was kept.

    Raises:
        BadValueError: the file is damaged: a person would wonder why alerts came back.
    """
    path = home / MUTES
    try:
        page = json.loads(path.read_bytes())
        if page["format"] == FORMAT:
            kept = _MUTES.validate_python(page["mutes"])
            if all(one.since.tzinfo and one.until.tzinfo for one in kept):
                return kept
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise _damaged(path) from error
    raise _damaged(path)


def keep_mutes(home: Path, mutes: Sequence[Mute]) -> None:
    """Replace what is kept; only its owner may read the file: it tells an intruder what nobody looks at.

    Raises:
        UnwritableFileError: the folder or the file cannot be written.
    """
    ordered = sorted({one.id: one for one in mutes}.values(), key=lambda one: (one.since, one.id))
    page = {"format": FORMAT, "mutes": _MUTES.dump_python(tuple(ordered), mode="json")}
    replace_private(home / MUTES, json.dumps(page, ensure_ascii=True, indent=1).encode())


def _damaged(path: Path) -> BadValueError:
    return BadValueError(
        say("the file of mutes is damaged"),
        fix=say("delete this file, and mute again what must be"),
        where=str(path),
    )
