"""Files of rules: a folder of them, an archive, one file, or those that ship."""

import tarfile
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cloison.errors import MissingFileError, NoRulesError
from cloison.model.rules import RuleText
from cloison.words import say

SUFFIXES = (".yml", ".yaml")

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")

LARGEST = 1 << 20
"""Bytes read of one file: one more than a rule may have, so that the reader of rules refuses it."""

MOST = 50_000
"""Files read of one folder or archive: ten times the largest known collection."""


def read_texts(path: Path) -> tuple[RuleText, ...]:
    """Read every file that may hold rules, in the order of their names.

    Args:
        path: a folder, with those below; a tar or zip archive; or one file.

    Raises:
        MissingFileError: it is not there, or may not be read.
        NoRulesError: it holds no file of rules, or is no archive that can be read.
    """
    if not path.exists():
        raise MissingFileError(
            say("no rules here"), fix=say("name a folder of Sigma rules, or an archive of one"), where=str(path)
        )
    try:
        texts = tuple(sorted(_texts(path), key=lambda text: text.file))
    except PermissionError:
        raise MissingFileError(
            say("the rules may not be read"), fix=say("give the right to read them"), where=str(path)
        ) from None
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
        raise NoRulesError(
            say("the archive cannot be read: {detail}", detail=str(error)),
            fix=say("unpack it, and name the folder"),
            where=str(path),
        ) from None
    if not texts:
        raise NoRulesError(
            say("no file of rules here"), fix=say("Sigma rules are files whose names end with .yml"), where=str(path)
        )
    return texts


def shipped_texts() -> tuple[RuleText, ...]:
    """Read the rules that ship with Cloison."""
    folder = files("cloison.detect") / "rules"
    found = (entry for entry in folder.iterdir() if entry.name.endswith(SUFFIXES))
    return tuple(sorted((_text(entry) for entry in found), key=lambda text: text.file))


def _text(entry: Traversable) -> RuleText:
    return RuleText(file=f"cloison/{entry.name}", content=entry.read_bytes(), shipped=True)


def _texts(path: Path) -> Iterator[RuleText]:
    if path.is_dir():
        for place, file in enumerate(sorted(one for one in path.rglob("*") if one.name.lower().endswith(SUFFIXES))):
            if file.is_file() and place < MOST:
                with file.open("rb") as opened:
                    yield RuleText(file=file.relative_to(path).as_posix(), content=opened.read(LARGEST + 1))
    elif path.name.lower().endswith(ARCHIVES):
        yield from _from_tar(path)
    elif path.name.lower().endswith(".zip"):
        yield from _from_zip(path)
    else:
        with path.open("rb") as opened:
            yield RuleText(file=path.name, content=opened.read(LARGEST + 1))


def _from_tar(path: Path) -> Iterator[RuleText]:
    # Members are read one after the other and never written: names such as ../x mean nothing here.
    with tarfile.open(path) as archive:
        for place, member in enumerate(one for one in archive if one.name.lower().endswith(SUFFIXES)):
            if place >= MOST:
                return
            opened = archive.extractfile(member) if member.isfile() else None
            if opened is not None:
                yield RuleText(file=member.name, content=opened.read(LARGEST + 1))


def _from_zip(path: Path) -> Iterator[RuleText]:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if one.filename.lower().endswith(SUFFIXES)]
        for member in members[:MOST]:
            with archive.open(member) as opened:
                yield RuleText(file=member.filename, content=opened.read(LARGEST + 1))
