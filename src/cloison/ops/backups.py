"""Backup and restore of Cloison itself: map, database, journal, settings, in one encrypted file."""

import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, BinaryIO, cast

from pydantic import TypeAdapter, ValidationError

from cloison import __version__
from cloison.errors import (
    BadBackupError,
    BadJournalError,
    BadMapError,
    BadValueError,
    MissingFileError,
    UnfinishedSealError,
    UnwritableFileError,
)
from cloison.model.logbook import Chain
from cloison.model.noun import noun
from cloison.ops.kit import FOLDER as KIT
from cloison.ops.notifying import ADDRESSES
from cloison.ops.search import HISTORY
from cloison.store import logbook
from cloison.store.archive import KIBIBYTES, opened_file, sealed_file
from cloison.store.checkpoints import WATCH
from cloison.store.contacts_file import CONTACTS
from cloison.store.database import DATABASE, SETTING, Database
from cloison.store.directory_file import FILE as DIRECTORY
from cloison.store.home_key import KEY
from cloison.store.hospital_file import load
from cloison.store.journal import is_held, records_now
from cloison.store.private import replace_private
from cloison.store.rows import PASSING, SECRETS, Rows, is_empty, replace_rows, rows_of, scratch
from cloison.words import Sentence, say, verbatim

LEFT_OUT = frozenset({HISTORY, WATCH, KIT, "range"})
"""Folders of a home that are made again, or too large: what was observed is no part of a backup."""
SECRET_FILES = frozenset({KEY, "secrets", DIRECTORY, ADDRESSES})

_MANIFEST, _ROWS, _MAP, _HOME = "manifest.json", "database.json", "map", "home"
_FORMAT = 1


@noun
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: UTC.
        revision: of the database's migrations.
        secrets: accounts' passwords, the home's key, devices' credentials are in it.
        entries, chain: of the logbook, and its last hash.
        files: of the home.
    """

    format: int
    cloison: str
    made_at: datetime
    revision: str
    secrets: bool
    entries: int
    chain: str
    files: int


_MANIFESTS = TypeAdapter(Manifest)


@noun
class Restored:
    """What came back.

    Attributes:
        chain: of the logbook, checked entry after entry.
        doubts: what was already wrong when the backup was made.
        aside: where what was there before was put.
    """

    manifest: Manifest
    chain: Chain
    doubts: tuple[Sentence, ...] = ()
    aside: tuple[str, ...] = ()


def back_up(
    path: Path,
    passphrase: str,
    *,
    home: Path,
    map_file: Path,
    database: Database,
    secrets: bool,
    now: datetime,
    kibibytes: int = KIBIBYTES,
) -> Manifest:
    """Write all that Cloison needs to go on elsewhere into one encrypted file.

    The database is read at one moment, while others may write; the files of the home one after another.

    Args:
        path: the backup; replaced whole, or not at all.
        passphrase: without it nothing is ever read again.
        home: where Cloison keeps what it learns.
        map_file: the map; the contacts beside it come along.
        database: the home's, or another.
        secrets: take passwords and keys too.
        now: UTC.
        kibibytes: memory that deriving the key takes.

    Raises:
        MissingFileError: there is neither map nor database to keep.
        UnwritableFileError, DatabaseError: it cannot be written, or read.
    """
    revision, rows = rows_of(database, without=PASSING if secrets else PASSING | SECRETS)
    chain = logbook.check(database)
    maps = [one for one in (map_file, map_file.with_name(CONTACTS)) if one.is_file()]
    files = list(_files(home, secrets=secrets))
    if not maps and not any(rows.values()) and not files:
        raise MissingFileError(
            say("there is nothing to keep here"), fix=say("name the home with --home DIR"), where=str(home)
        )
    manifest = Manifest(
        format=_FORMAT,
        cloison=__version__,
        made_at=now,
        revision=revision,
        secrets=secrets,
        entries=chain.entries,
        chain=chain.hash,
        files=len(files),
    )
    with sealed_file(path, passphrase, kibibytes=kibibytes) as out, tarfile.open(fileobj=out, mode="w|gz") as archive:
        _put(archive, _MANIFEST, _MANIFESTS.dump_json(manifest))
        _put(archive, _ROWS, json.dumps(rows).encode())
        for one in maps:
            _put(archive, f"{_MAP}/{CONTACTS if one.name == CONTACTS else 'hospital.toml'}", one.read_bytes())
        for one in files:
            _put(archive, f"{_HOME}/{one.relative_to(home).as_posix()}", one.read_bytes())
    return manifest


def restore(
    path: Path,
    passphrase: str,
    *,
    home: Path,
    map_file: Path,
    address: str | None,
    force: bool,
    now: datetime,
) -> Restored:
    """Bring back what a backup holds. All of it is opened and checked before anything is touched.

    Args:
        path: the backup.
        passphrase: its own.
        home: where to; with `force`, the one that is there is renamed, never deleted.
        map_file: likewise.
        address: of another database than the home's; None: the home's, or the environment's.
        force: replace what is there.
        now: UTC, for the names of what is put aside.

    Raises:
        BadBackupError: the passphrase is not right, or the file was altered, or this Cloison cannot read it.
        BadValueError: something is there already, and `force` was not given.
        UnfinishedSealError: a command moves doors there now.
        UnwritableFileError, DatabaseError: it cannot be written.
    """
    _check_free(home, map_file, force=force)
    try:
        home.absolute().parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=".cloison-restore-", dir=home.absolute().parent))
    except OSError as error:
        raise _unwritable(home, error) from error
    try:
        manifest, rows = _opened(path, passphrase, folder)
        with scratch(folder, manifest.revision, rows) as kept:
            chain, current = logbook.check(kept), rows_of(kept)[1]
        doubts = tuple(_doubts(manifest, chain, folder))
        elsewhere = _elsewhere(home, address, force=force)
        # The home's own database is filled before its home takes its place: all of it comes back, or none.
        own = f"sqlite:///{(folder / _HOME / DATABASE).absolute()}"
        with closing(elsewhere or Database(own)) as database:
            replace_rows(database, current)
            chain = logbook.check(database)
        aside = _move_in(folder, home, map_file, now)
        return Restored(manifest=manifest, chain=chain, doubts=doubts, aside=aside)
    except OSError as error:
        raise _unwritable(home, error) from error
    finally:
        rmtree(folder, ignore_errors=True)


def _check_free(home: Path, map_file: Path, *, force: bool) -> None:
    if is_held(home):
        raise UnfinishedSealError(
            say("another command is moving doors now"), fix=say("wait until it ends"), where=str(home)
        )
    there = home if home.is_dir() and any(home.iterdir()) else map_file if map_file.exists() else None
    if there is not None and not force:
        raise _occupied(str(there))


def _elsewhere(home: Path, address: str | None, *, force: bool) -> Database | None:
    """Open the database that is not the home's own, and refuse to replace what it holds."""
    named = address or os.environ.get(SETTING)
    if not named:
        return None
    database = Database.at(home, named)
    if not force and not is_empty(database):
        database.close()
        raise _occupied(database.place)
    return database


def _occupied(where: str) -> BadValueError:
    return BadValueError(
        say("there is something here already"),
        fix=say("choose another place, or replace it with --force: files that are there are renamed, not deleted"),
        where=where,
    )


def _files(home: Path, *, secrets: bool) -> Iterator[Path]:
    for path in sorted(home.rglob("*")):
        first, name = path.relative_to(home).parts[0], path.name
        if first in LEFT_OUT or (first in SECRET_FILES and not secrets):
            continue
        if first.startswith(DATABASE) or (name.startswith(".") and name.endswith(".new")):
            continue
        if path.is_file() and not path.is_symlink():
            yield path


def _put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _opened(path: Path, passphrase: str, folder: Path) -> tuple[Manifest, Rows]:
    """Take a backup apart into `folder`/map and `folder`/home."""
    manifest: Manifest | None = None
    rows: Rows = {}
    (folder / _MAP).mkdir()
    (folder / _HOME).mkdir(mode=0o700)
    try:
        with opened_file(path, passphrase) as opening:
            source = BufferedReader(opening)
            with tarfile.open(fileobj=cast(BinaryIO, source), mode="r|gz") as archive:
                for entry in archive:
                    found = archive.extractfile(entry)
                    content = found.read() if found else b""
                    if entry.name == _MANIFEST:
                        manifest = _MANIFESTS.validate_json(content)
                    elif entry.name == _ROWS:
                        rows = cast(dict[str, Any], json.loads(content))
                    else:
                        replace_private(folder / _inside(entry.name, path), content)
            while source.read(1 << 20):
                pass  # the last chunk says that it is the last: only then is nothing missing
    except (tarfile.TarError, EOFError, ValueError, ValidationError) as error:
        raise _unreadable(path) from error
    if manifest is None or manifest.format != _FORMAT:
        raise _unreadable(path)
    return manifest, rows


def _inside(name: str, where: Path) -> PurePosixPath:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or inside.parts[0] not in {_MAP, _HOME}:
        raise _unreadable(where)
    return inside


def _doubts(manifest: Manifest, chain: Chain, folder: Path) -> Iterator[Sentence]:
    """Tell what was wrong already when the backup was made: it comes back as it was, as evidence."""
    if chain.broken_at is not None:
        yield say("the logbook was altered at entry {n} before this backup", n=chain.broken_at)
    if (chain.entries, chain.hash) != (manifest.entries, manifest.chain):
        yield say("the logbook is not the one that was there when the backup began")
    try:
        records_now(folder / _HOME)
    except BadJournalError as error:
        yield say("the journal of the doors: {problem}", problem=error.problem)
    map_file = folder / _MAP / "hospital.toml"
    if not map_file.is_file():
        yield say("no map was there")
        return
    try:
        load(map_file)
    except BadMapError as error:
        yield say("the map: {problem}", problem=error.problem)


def _move_in(folder: Path, home: Path, map_file: Path, now: datetime) -> tuple[str, ...]:
    stamp = f"before-{now:%Y%m%dT%H%M%SZ}"
    aside = []
    if home.exists():
        if any(home.iterdir()):
            kept = home.with_name(f"{home.name}.{stamp}")
            home.rename(kept)
            aside.append(str(kept))
        else:
            home.rmdir()
    (folder / _HOME).rename(home)
    for name, target in (("hospital.toml", map_file), (CONTACTS, map_file.with_name(CONTACTS))):
        source = folder / _MAP / name
        if not source.is_file() or (target.is_file() and target.read_bytes() == source.read_bytes()):
            continue
        if target.exists():
            kept = target.with_name(f"{target.name}.{stamp}")
            target.rename(kept)
            aside.append(str(kept))
        replace_private(target, source.read_bytes())
    return tuple(aside)


def _unreadable(where: Path) -> BadBackupError:
    return BadBackupError(
        say("this backup is not one that this Cloison can read"),
        fix=say("restore it with the Cloison that made it, or a later one"),
        where=str(where),
    )


def _unwritable(home: Path, error: OSError) -> UnwritableFileError:
    return UnwritableFileError(
        say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
        fix=say("choose another folder with --home DIR, or free this one"),
        where=str(home),
    )
