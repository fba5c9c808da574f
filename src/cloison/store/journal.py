"""The journal of the doors: one line before and after each step, chained by hashes, on the disk before going on.

A line is a JSON object: `record`, and `hash`, the SHA-256 of the hash before it and of the record's own bytes.
Who alters a line must alter all that follow; who cuts the end off cannot be seen here, so print the last hash.
"""

import fcntl
import json
import os
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Self

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadJournalError, MissingFileError, UnfinishedSealError, UnwritableFileError
from cloison.model.sealing import Record
from cloison.words import say, verbatim

JOURNAL = "doors.jsonl"
LOOKS, BETWEEN_LOOKS = 25, 0.02
"""Whoever asks `is_held` touches the lock for an instant, and fifty pages ask: that is no command that moves doors."""

_RECORD = TypeAdapter(Record)
_START = "0" * 64


def _take(file: int) -> None:
    """Lock a file for ourselves.

    Raises:
        BlockingIOError: another one holds it, and did not let go in half a second.
    """
    for left in range(LOOKS, 0, -1):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left == 1:
                raise
            sleep(BETWEEN_LOOKS)
        else:
            return


class Journal:
    """What was done to doors. Only one command holds it at a time.

    Attributes:
        records: all that it tells, in order.
        seal: the hash of its last line.
    """

    def __init__(self, home: Path) -> None:
        """Open it, made when there is none, and check the whole chain.

        A last line that a power cut left unfinished is taken away: its step had not begun, or is told by the line
        before it.

        Raises:
            UnwritableFileError: it cannot be opened or written.
            UnfinishedSealError: another command holds it.
            BadJournalError: a line is damaged or out of the chain.
        """
        self._path = home / JOURNAL
        self._writing = Lock()
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            _take(self._file)
            self.records, self.seal = self._read()
        except OSError as error:
            os.close(self._file)
            raise UnfinishedSealError(
                say("another command is moving doors now"),
                fix=say("wait until it ends"),
                where=str(self._path),
            ) from error
        except BadJournalError:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        """Hold it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go."""
        os.close(self._file)

    def write(self, record: Record) -> None:
        """Add a record; when this returns, a power cut does not lose it.

        Raises:
            UnwritableFileError: it cannot be written: the step that it announces must not be made.
        """
        with self._writing:
            body = _RECORD.dump_json(record, exclude_defaults=True).decode()
            chained = _chained(self.seal, body)
            line = f'{{"hash":"{chained}","record":{body}}}\n'.encode()
            try:
                self._append(line)
            except OSError as error:
                raise self._unwritable(error) from error
            self.records = (*self.records, record)
            self.seal = chained

    def _append(self, line: bytes) -> None:
        size = os.fstat(self._file).st_size
        if os.write(self._file, line) < len(line):
            os.ftruncate(self._file, size)  # half a line on a full disk would break the chain for the next one
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        os.fsync(self._file)

    def _read(self) -> tuple[tuple[Record, ...], str]:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._file, whole)
        return _verified(self._path, content[:whole])

    def _unwritable(self, error: OSError) -> UnwritableFileError:
        return UnwritableFileError(
            say("the journal cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another folder with --home DIR, or free this one"),
            where=str(self._path),
        )


def records_now(home: Path) -> tuple[Record, ...]:
    """Read what the journal tells, while a command may be writing it; a line that is not whole yet is left out.

    Raises:
        BadJournalError: a line is damaged or out of the chain.
        MissingFileError: it is there, and may not be read.
    """
    path = home / JOURNAL
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    return _verified(path, content[: content.rfind(b"\n") + 1])[0]


def journal_size(home: Path) -> int:
    """Give how long the journal is, bytes: it grew if a step was made."""
    try:
        return (home / JOURNAL).stat().st_size
    except OSError:
        return 0


def is_held(home: Path) -> bool:
    """Tell whether a command moves doors now."""
    try:
        file = os.open(home / JOURNAL, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _verified(path: Path, content: bytes) -> tuple[tuple[Record, ...], str]:
    records: list[Record] = []
    last = _START
    for number, line in enumerate(content.splitlines(), start=1):
        record, last = _line(path, line, last, number)
        records.append(record)
    return tuple(records), last


def _line(path: Path, line: bytes, last: str, number: int) -> tuple[Record, str]:
    try:
        text = line.decode()
        said = json.loads(text)["hash"]
        body = text[len(f'{{"hash":"{said}","record":') : -1]
        if said == _chained(last, body):
            return _RECORD.validate_json(body), said
    except (ValueError, KeyError, TypeError, ValidationError, RecursionError) as error:
        raise _broken(path, number) from error
    raise _broken(path, number)


def _broken(path: Path, number: int) -> BadJournalError:
    return BadJournalError(
        say("line {n} was altered or is damaged: nothing after it can be trusted", n=number),
        fix=say("keep this file as evidence, look at each device, and go on with another --home"),
        where=f"{path}:{number}",
    )


def _chained(last: str, body: str) -> str:
    return sha256(f"{last}\n{body}".encode()).hexdigest()
