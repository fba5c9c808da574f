"""One encrypted file: what a backup is kept in. Nothing of it can be read, added, cut or moved without the passphrase.

Format 1: `MAGIC`, then 16 bytes of salt, 7 of nonce, and Argon2id's three costs as unsigned 32-bit big-endian numbers
(passes, KiB, lanes); then chunks of 64 KiB, the last one shorter or not, each followed by its tag of 16 bytes.

The key is Argon2id of the passphrase (RFC 9106, section 4, second recommended option: 3 passes, 64 MiB, 4 lanes).
Chunks are AES-256-GCM (NIST SP 800-38D) in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015): the nonce is the file's own, the chunk's number,
and one byte that says whether it is the last. The head is authenticated with every chunk.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloison.errors import BadBackupError, MissingFileError, UnwritableFileError
from cloison.words import Sentence, say, verbatim

MAGIC = b"cloison backup 1\n"
CHUNK = 64 * 1024
PASSES, KIBIBYTES, LANES = 3, 64 * 1024, 4

_COSTS = struct.Struct(">III")
_SALT, _NONCE, _TAG = 16, 7, 16
_HEAD = len(MAGIC) + _SALT + _NONCE + _COSTS.size
_MOST_PASSES, _MOST_KIBIBYTES, _MOST_LANES = 10, 1024 * 1024, 16
"""A file that asks for more was not made by us: it would only fill the memory."""


class Sealing(RawIOBase):
    """What is written here is encrypted into a file; whole once it is closed without an error."""

    def __init__(self, out: BinaryIO, passphrase: str, *, kibibytes: int = KIBIBYTES) -> None:
        """Begin.

        Args:
            out: an empty file.
            passphrase: any text.
            kibibytes: memory that deriving the key takes.
        """
        head = MAGIC + os.urandom(_SALT + _NONCE) + _COSTS.pack(PASSES, kibibytes, LANES)
        out.write(head)
        self._out, self._chunks, self._waiting = out, _Chunks(head, passphrase), bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, content: bytes | bytearray | memoryview) -> int:  # type: ignore[override]  # the buffers that tarfile gives
        """Encrypt some more."""
        self._waiting += content
        while len(self._waiting) > CHUNK:  # a whole chunk waits: it may be the last
            self._out.write(self._chunks.sealed(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        """Write the last chunk, which says that it is."""
        self._out.write(self._chunks.sealed(bytes(self._waiting), last=True))


class Opening(RawIOBase):
    """Reads what `Sealing` wrote; gives no byte that was not authenticated."""

    def __init__(self, source: BinaryIO, passphrase: str, *, where: str) -> None:
        """Begin.

        Raises:
            BadBackupError: it is no backup, or asks for impossible costs.
        """
        head = source.read(_HEAD)
        if len(head) < _HEAD or not head.startswith(MAGIC):
            raise _refused(say("this is no backup of Cloison, or one of another version"), where)
        passes, kibibytes, lanes = _COSTS.unpack(head[-_COSTS.size :])
        known = 1 <= passes <= _MOST_PASSES and 1 <= lanes <= _MOST_LANES
        if not known or not 8 * lanes <= kibibytes <= _MOST_KIBIBYTES:
            raise _refused(_ALTERED, where)
        self._source, self._chunks, self._where = source, _Chunks(head, passphrase), where
        self._next, self._ready, self._over = source.read(CHUNK + _TAG), b"", False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the buffers that io gives
        """Give some more; 0 at the end.

        Raises:
            BadBackupError: the passphrase is another, or a bit was altered, or the end is missing.
        """
        if not self._ready and not self._over:
            self._ready = self._opened()
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _opened(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        self._over = not self._next
        try:
            return self._chunks.opened(sealed, last=self._over)
        except (InvalidTag, ValueError) as error:
            raise _refused(_ALTERED, self._where) from error


class _Chunks:
    """The cipher of one file, chunk after chunk."""

    def __init__(self, head: bytes, passphrase: str) -> None:
        salt = head[len(MAGIC) : len(MAGIC) + _SALT]
        passes, kibibytes, lanes = _COSTS.unpack(head[-_COSTS.size :])
        key = hash_secret_raw(
            passphrase.encode(),
            salt,
            time_cost=passes,
            memory_cost=kibibytes,
            parallelism=lanes,
            hash_len=32,
            type=Type.ID,
        )
        self._cipher, self._head, self._number = AESGCM(key), head, 0
        self._nonce = head[len(MAGIC) + _SALT : len(MAGIC) + _SALT + _NONCE]

    def sealed(self, content: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._turn(last=last), content, self._head)

    def opened(self, content: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._turn(last=last), content, self._head)

    def _turn(self, *, last: bool) -> bytes:
        self._number += 1
        return self._nonce + (self._number - 1).to_bytes(4, "big") + bytes([last])


@contextmanager
def sealed_file(path: Path, passphrase: str, *, kibibytes: int = KIBIBYTES) -> Iterator[BinaryIO]:
    """Write a backup in the place of a file, whole or not at all; only its owner may read it.

    Raises:
        UnwritableFileError: it cannot be written; what was there is untouched.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            sealing = Sealing(out, passphrase, kibibytes=kibibytes)
            yield sealing  # type: ignore[misc]  # a RawIOBase is a binary file
            sealing.finish()
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    except OSError as error:
        raise UnwritableFileError(
            say("the backup cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another place, with room and rights to write"),
            where=str(path),
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def opened_file(path: Path, passphrase: str) -> Iterator[Opening]:
    """Read a backup.

    Raises:
        MissingFileError: it is not there, or may not be read.
        BadBackupError: see `Opening`.
    """
    try:
        source = path.open("rb")
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    with source:
        yield Opening(source, passphrase, where=str(path))


_ALTERED = say("the passphrase is not this backup's, or the file was altered or cut short")


def _refused(problem: Sentence, where: str) -> BadBackupError:
    return BadBackupError(problem, fix=say("check the passphrase, or take another copy of the backup"), where=where)
