"""What opens a device's management: never in the map, never in a journal, never in an error."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from cloison.errors import DeviceError
from cloison.model.hospital import EnforcementPoint
from cloison.words import say

FOLDER = "secrets"
"""Beside the devices' own folder, under --home."""

_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Credentials:
    """Words that are not shown.

    Attributes:
        first: password, key of an API, or key that signs.
        second: what a Cisco device asks before it may be configured; empty: nothing.
    """

    first: str = field(repr=False)
    second: str = field(default="", repr=False)


def credentials_of(point: EnforcementPoint, folder: Path) -> Credentials | None:
    """Read what a point wants: `CLOISON_SECRET_<POINT>`, else the file `secrets/<POINT>` of --home, one word a line.

    Returns:
        None when there is neither: the device is entered by keys.

    Raises:
        DeviceError: others than its owner may read the file.
    """
    variable = "CLOISON_SECRET_" + re.sub(r"\W", "_", point.id, flags=re.ASCII).upper()
    text = os.environ.get(variable)
    if text is None:
        path = place_of(point, folder)
        try:
            if path.stat().st_mode & _OTHERS:
                raise DeviceError(
                    say("others may read the file of its password"),
                    fix=say("let only its owner read it: {command}", command=f"chmod 600 {path}"),
                    where=point.id,
                )
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
    lines = [line.strip() for line in text.splitlines()]
    return Credentials(*lines[:2]) if lines and lines[0] else None


def place_of(point: EnforcementPoint, folder: Path, ending: str = "") -> Path:
    """Give the file of a point among the secrets, or one beside it."""
    return folder.parent / FOLDER / (re.sub(r"[^\w.-]", "_", point.id) + ending)


def wanted(point: EnforcementPoint, folder: Path) -> Credentials:
    """Read what a point cannot be entered without.

    Raises:
        DeviceError: there is none, or others may read it.
    """
    found = credentials_of(point, folder)
    if found is None:
        raise DeviceError(
            say("its password or key is nowhere to be found"),
            fix=say("write it in a file that only you may read: {path}", path=str(place_of(point, folder))),
            where=point.id,
        )
    return found
