"""The map file, `hospital.toml` (DESIGN section 6): read with every mistake at once, written with care.

What is written: comments, order and layout of what did not change stay byte for byte, and the file is
replaced in one step, so that a power cut leaves the old map or the new one.
"""

import os
import stat
from contextlib import suppress
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile

from cloison.errors import BadMapError, Fault, MissingFileError, UnwritableFileError
from cloison.model.hospital import Hospital
from cloison.store import addresses, needs, numbers, references
from cloison.store.editing import edit
from cloison.store.keys import Mistake, Plain, plain_of
from cloison.store.nearest import Speller
from cloison.store.outline import Outline, TooDeepError
from cloison.store.schema import json_schema
from cloison.store.shape import to_hospital
from cloison.store.syntax import read_toml, too_deep
from cloison.store.writing import hospital_text
from cloison.words import Sentence, say, verbatim

__all__ = ["LARGEST", "json_schema", "load", "parse", "save", "write_text"]

LARGEST = 32 * 2**20
"""Bytes. 20,000 conduits take four million; a file beyond this is no map, and reading it would fill the memory."""

_MARK = "\ufeff"


def load(path: Path) -> Hospital:
    """Read a map.

    Raises:
        MissingFileError: there is no such file, or it may not be read.
        BadMapError: with every mistake, each with its line.
    """
    return parse(_read(path), str(path))


def parse(text: str, where: str) -> Hospital:
    """Read a map's text.

    Args:
        text: TOML; a byte order mark and any line endings are accepted.
        where: the name of its file, for errors.

    Raises:
        BadMapError: with every mistake, each with its line.
    """
    text = text.removeprefix(_MARK)
    data = read_toml(text)
    if isinstance(data, Fault):
        raise _bad_map([data], where)
    try:
        judged = _judge(data)
        if isinstance(judged, Hospital):
            return judged
        outline = Outline(text)
    except (RecursionError, TooDeepError):
        raise _bad_map([too_deep(text)], where) from None
    faults = [Fault(line=outline.line_of(path), reason=reason, fix=fix) for path, reason, fix in judged]
    raise _bad_map(sorted(faults, key=lambda fault: fault.line), where)


def save(path: Path, hospital: Hospital) -> None:
    """Write a map, keeping what its file says beside the map itself.

    Raises:
        BadMapError: the hospital breaks the map's rules, or the file there is not a map; nothing is written.
        UnwritableFileError: the file cannot be written.
    """
    previous = _read(path) if path.exists() else None
    text = write_text(hospital, previous, where=str(path))
    if text != previous:
        _replace(path, text)


def write_text(hospital: Hospital, previous: str | None, *, where: str = "hospital.toml") -> str:
    """Give the text of a map.

    Args:
        hospital: what it must hold.
        previous: the text that it replaces, whose comments and layout are kept; None for a new file.
        where: the name of the file, for errors.

    Raises:
        BadMapError: the hospital breaks the map's rules (line 0), or `previous` is not a map.
        UnwritableFileError: the text would not read back as this hospital.
    """
    plain = plain_of(hospital)
    judged = _judge(plain)
    if not isinstance(judged, Hospital):
        raise _bad_map([Fault(line=0, reason=reason, fix=fix) for _, reason, fix in judged], where)
    if previous is None:
        text = hospital_text(hospital)
    else:
        old = parse(previous, where)
        if old == hospital:
            return previous
        body = previous.removeprefix(_MARK)
        text = previous[: len(previous) - len(body)] + edit(body, plain_of(old), plain)
    if parse(text, where) != hospital:
        raise UnwritableFileError(
            say("this map would not read back as it is"),
            fix=say("the file was left as it was; please report this with your map"),
            where=where,
        )
    return text


def _judge(data: Plain) -> Hospital | list[Mistake]:
    """Make the hospital, or give every mistake; where two rules blame one value, the more precise speaks."""
    speller = Speller()
    shaped = to_hospital(data, speller)
    ids = references.ids_of(data)
    rules = chain(
        references.mistakes(data, ids, speller),
        addresses.mistakes(data),
        numbers.mistakes(data),
        needs.mistakes(data, ids, speller),
    )
    found: dict[tuple[str | int, ...], Mistake] = {}
    for mistake in chain(rules, shaped if isinstance(shaped, list) else ()):
        found.setdefault(mistake.path, mistake)
    return shaped if isinstance(shaped, Hospital) and not found else list(found.values())


def _bad_map(faults: list[Fault], where: str) -> BadMapError:
    fix = say("correct these lines, then check again with: cloison map")
    return BadMapError(tuple(faults), fix=fix, where=where)


def _read(path: Path) -> str:
    """Read a file's text as it is, line endings and all."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise MissingFileError(
            say("the map cannot be read: {reason}", reason=_reason(error)),
            fix=say("name another file with --map, or make one with: cloison init"),
            where=str(path),
        ) from None
    if len(raw) > LARGEST:
        reason = say("the file is larger than {megabytes} MB: it is not a map", megabytes=LARGEST >> 20)
        raise _bad_map([Fault(line=0, reason=reason, fix=say("name the map's file with --map"))], str(path))
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = Fault(
            line=line,
            reason=say("this is not text in UTF-8"),
            fix=say("save the file again as UTF-8, or name the map's file with --map"),
        )
        raise _bad_map([fault], str(path)) from None


def _reason(error: OSError) -> Sentence:
    match error:
        case FileNotFoundError():
            return say("it is not there")
        case IsADirectoryError():
            return say("it is a folder")
        case PermissionError():
            return say("its rights do not allow it")
        case _:
            return verbatim(error.strerror or str(error))


def _replace(path: Path, text: str) -> None:
    """Put a new file in the place of the old one in a single step, with the old one's mode."""
    target = path.resolve()  # a link to a shared map stays a link
    temporary: Path | None = None
    try:
        with NamedTemporaryFile("wb", dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
        _settle(target.parent)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UnwritableFileError(
            say("the map cannot be written: {reason}", reason=_reason(error)),
            fix=say("check the folder's rights and the space left on the disk"),
            where=str(path),
        ) from None


def _settle(folder: Path) -> None:
    """Make the renaming last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
