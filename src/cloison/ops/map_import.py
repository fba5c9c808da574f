"""Bring a map to the console: judged whole before anything changes, the one before it kept, what changed told."""

from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.model.logbook import Author, Draft
from cloison.model.noun import noun
from cloison.ops.crisis_desk import By
from cloison.store import logbook
from cloison.store.database import Database
from cloison.store.hospital_file import LARGEST, parse
from cloison.store.map_versions import keep_version, text_of
from cloison.store.private import replace_private
from cloison.words import say

MOST_LINES = 2000
"""Of a difference that a page shows."""

LONGEST_NOTE = 200

TABLES = ("zones", "assets", "enforcement_points", "conduits", "flows", "care_services")


@noun
class Change:
    """What one table of the map gains and loses, by id.

    Attributes:
        table: a field of `Hospital`.
        changed: kept under the same id, otherwise told.
    """

    table: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def bring_map(database: Database, path: Path, content: bytes, *, note: str, by: By, now: datetime) -> Hospital:
    """Judge a map's text, keep it, and put it in the place of the map's file.

    Args:
        database: where versions are kept.
        path: the map's file.
        content: the new text, UTF-8.
        note: why, in a person's words.
        by: account and name.
        now: UTC.

    Raises:
        BadMapError: with every mistake, each with its line; nothing changed.
        BadValueError: it is no text, or too large.
        UnwritableFileError: the file cannot be written.
    """
    if len(content) > LARGEST or len(note) > LONGEST_NOTE:
        raise BadValueError(say("this is too large for a map"), fix=say("give the file hospital.toml"), where="map")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadValueError(say("this is no text"), fix=say("give the file hospital.toml"), where="map") from error
    hospital = parse(text, "hospital.toml")
    if path.is_file():
        keep_version(database, path.read_text(encoding="utf-8-sig"), by="", note="", now=now)
    number = keep_version(database, text, by=by[1], note=note.strip(), now=now)
    replace_private(path, text.encode())
    said = say(
        "{person} brings version {n} of the map: {zones} compartments, {conduits} passages",
        person=by[1],
        n=number,
        zones=len(hospital.zones),
        conduits=len(hospital.conduits),
    )
    logbook.write(database, Draft(author=by[1], account=by[0], kind=Author.PERSON, text=said), now)
    return hospital


def take_up(database: Database, path: Path, number: int, *, by: By, now: datetime) -> Hospital:
    """Put an earlier version in the place of the map's file, as a new version.

    Raises:
        UnknownIdError: there is no such version.
        BadMapError, UnwritableFileError: see `bring_map`.
    """
    text = text_of(database, number)
    return bring_map(database, path, text.encode(), note=f"= {number}", by=by, now=now)


def changes(before: Hospital, after: Hospital) -> tuple[Change, ...]:
    """Tell what two maps have apart, table by table; tables that are alike are left out."""
    found = []
    for table in TABLES:
        old, new = ({str(entry.id): entry for entry in getattr(one, table)} for one in (before, after))
        change = Change(
            table=table,
            added=tuple(sorted(new.keys() - old.keys())),
            removed=tuple(sorted(old.keys() - new.keys())),
            changed=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
        )
        if change.added or change.removed or change.changed:
            found.append(change)
    return tuple(found)


def difference(database: Database, number: int) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Tell what a version changed in the one before it: by entries, and line by line.

    Raises:
        UnknownIdError: there is no such version.
        BadMapError: it was kept by a Cloison that knew other keys.
    """
    after = text_of(database, number)
    before = text_of(database, number - 1) if number > 1 else ""
    lines = unified_diff(before.splitlines(), after.splitlines(), f"{number - 1}", f"{number}", lineterm="", n=2)
    shown = tuple(line for _, line in zip(range(MOST_LINES), lines, strict=False))
    old = parse(before, f"{number - 1}") if before else Hospital(name="")
    return changes(old, parse(after, f"{number}")), shown
