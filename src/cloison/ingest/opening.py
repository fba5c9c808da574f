"""Open a file whatever its compression, never trusting it: bounded pieces, truncation remarked, bombs refused."""

import io
import os
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from cloison.errors import UnreadableSourceError
from cloison.words import Sentence, say, verbatim

HEAD_BYTES = 1 << 16

BOMB_BYTES = 100 * 1000 * 1000
BOMB_RATIO = 200
"""Refused once more than `BOMB_BYTES` came out of less than a `BOMB_RATIO`-th of them: logs compress 5 to 60
times, while a deflate bomb reaches 1,032 times (RFC 1951: 258 bytes for two bits) and a zstd one 30,000 times."""

_PIECE = 1 << 18
_ZSTD_PIECE = 1 << 12  # a zstd block of 4 bytes may give 128 KiB (RFC 8878, 3.1.1.2.3): 4 KiB in, 128 MiB out at most
_ZSTD_WINDOW = 1 << 27  # what zstd itself accepts without --long

_GZIP_MAGIC = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
_ZSTD_SKIPPABLE = tuple(bytes([0x50 + i, 0x2A, 0x4D, 0x18]) for i in range(16))  # RFC 8878, 3.1.2


@dataclass(slots=True)
class SourceFile:
    """One file on disk, as formats see it (`cloison.ingest.format.Opened`).

    Attributes:
        path: where it is.
        shown: its path, as people see it.
        head: up to 64 KiB of its decompressed beginning.
        size: bytes on disk when it was opened.
        consumed: bytes read from disk so far by the latest stream.
        remarks: what went wrong while reading, each once.
    """

    path: Path
    shown: str
    head: bytes = b""
    size: int = 0
    consumed: int = 0
    remarks: list[Sentence] = field(default_factory=list)

    def stream(self) -> AbstractContextManager[BinaryIO]:
        """Open the decompressed bytes from the beginning.

        Raises:
            UnreadableSourceError: the file cannot be opened, or (while reading) it is a bomb.
        """
        self.consumed = 0
        try:
            raw = self.path.open("rb", buffering=0)
        except OSError as error:
            raise _unopened(self.shown, error) from error
        pieces = _decompressed(_Disk(raw, self), self)
        return cast("AbstractContextManager[BinaryIO]", io.BufferedReader(_Pieces(pieces, raw), _PIECE))

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give a path to the decompressed bytes; a scratch copy in a private folder when it is compressed.

        Raises:
            UnreadableSourceError: the file cannot be opened, is a bomb, or the scratch disk is full.
        """
        if not self.head_is_compressed():
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="cloison-") as folder:
            scratch = Path(folder) / (self.path.stem or "source")
            with self.stream() as stream:
                try:
                    with scratch.open("wb") as copy:
                        while piece := stream.read(_PIECE):
                            copy.write(piece)
                except OSError as error:
                    raise _no_scratch(self.shown, error) from error
            yield scratch

    def head_is_compressed(self) -> bool:
        """Tell whether the bytes on disk are compressed."""
        try:
            with self.path.open("rb") as raw:
                return _codec(raw.read(4)) is not None
        except OSError as error:
            raise _unopened(self.shown, error) from error

    def remark(self, sentence: Sentence) -> None:
        """Note once what a person should know."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)


def open_source(path: Path, shown: str) -> SourceFile:
    """Look at a file's beginning.

    Raises:
        UnreadableSourceError: it is no regular file, or it cannot be read.
    """
    try:
        facts = path.stat()
    except OSError as error:
        raise _unopened(shown, error) from error
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadableSourceError(
            say("this is not a regular file"), fix=say("write its content to a file, and name that file"), where=shown
        )
    source = SourceFile(path, shown, size=facts.st_size)
    with source.stream() as stream:
        source.head = stream.read(HEAD_BYTES)
    source.consumed = 0
    source.remarks.clear()
    return source


class _Disk:
    """Bytes from disk, counted; a file that shrinks or fails ends early, remarked."""

    def __init__(self, raw: io.FileIO, source: SourceFile) -> None:
        self._raw = raw
        self._source = source
        self._expected = os.fstat(raw.fileno()).st_size

    def read(self, count: int) -> bytes:
        source = self._source
        try:
            piece = self._raw.read(count) or b""
        except OSError as error:
            source.remark(say("reading stopped early: {reason}", reason=verbatim(error.strerror or "?")))
            return b""
        source.consumed += len(piece)
        if not piece and source.consumed < self._expected:
            source.remark(say("the file became shorter while it was read"))
        return piece


class _Pieces(io.RawIOBase):
    """A raw stream over an iterator of pieces."""

    def __init__(self, pieces: Iterator[bytes], raw: io.FileIO) -> None:
        self._pieces = pieces
        self._raw = raw
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # typeshed wants Buffer
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _codec(magic: bytes) -> Callable[[_Disk, bytes, SourceFile], Iterator[bytes]] | None:
    if magic.startswith(_GZIP_MAGIC):
        return _gunzip
    if magic.startswith((_ZSTD_MAGIC, *_ZSTD_SKIPPABLE)):
        return _unzstd
    return None


def _decompressed(disk: _Disk, source: SourceFile) -> Iterator[bytes]:
    first = disk.read(_ZSTD_PIECE)
    decompress = _codec(first)
    if decompress is None:
        while first:
            yield first
            first = disk.read(_PIECE)
        return
    came_out = 0
    for piece in decompress(disk, first, source):
        came_out += len(piece)
        if came_out > BOMB_BYTES and came_out > BOMB_RATIO * source.consumed:
            raise UnreadableSourceError(
                say(
                    "it grew more than {ratio} times when decompressed: this looks like a decompression bomb",
                    ratio=BOMB_RATIO,
                ),
                fix=say("if you trust it, decompress it yourself and name the result"),
                where=source.shown,
            )
        if piece:
            yield piece


def _gunzip(disk: _Disk, data: bytes, source: SourceFile) -> Iterator[bytes]:
    """Decompress gzip members one after the other (RFC 1952, 2.2), bounded on both sides."""
    member = zlib.decompressobj(wbits=31)
    while data:
        try:
            yield member.decompress(data, _PIECE)
        except zlib.error:
            source.remark(_DAMAGED)
            return
        data = member.unconsumed_tail
        if member.eof:
            data = (member.unused_data or disk.read(_PIECE)).lstrip(b"\0")  # tapes and dd pad with zeros
            member = zlib.decompressobj(wbits=31)
            if data and not _starts(data, _GZIP_MAGIC):
                source.remark(say("what follows the compressed data was ignored"))
                return
        elif not data:
            data = disk.read(_PIECE)
            if not data:
                source.remark(_TRUNCATED)


def _unzstd(disk: _Disk, data: bytes, source: SourceFile) -> Iterator[bytes]:
    """Decompress zstd frames one after the other (RFC 8878, 3.1)."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = decompressor.decompressobj()
    while data:
        try:
            yield frame.decompress(data)
        except zstandard.ZstdError:
            source.remark(_DAMAGED)
            return
        if frame.eof:
            data = frame.unused_data or disk.read(_ZSTD_PIECE)
            frame = decompressor.decompressobj()
        else:
            data = disk.read(_ZSTD_PIECE)
            if not data:
                source.remark(_TRUNCATED)


def _starts(data: bytes, magic: bytes) -> bool:
    return data[: len(magic)] == magic[: len(data)]


_TRUNCATED = say("the compressed file is cut short: what it holds was read")
_DAMAGED = say("the compressed file is damaged: what comes before the damage was read")


def _unopened(shown: str, error: OSError) -> UnreadableSourceError:
    return UnreadableSourceError(
        say("it cannot be opened: {reason}", reason=verbatim(error.strerror or "?")),
        fix=say("check that it is there and that you may read it"),
        where=shown,
    )


def _no_scratch(shown: str, error: OSError) -> UnreadableSourceError:
    return UnreadableSourceError(
        say("no scratch copy could be written: {reason}", reason=verbatim(error.strerror or "?")),
        fix=say("free some disk space, or point TMPDIR to a larger disk"),
        where=shown,
    )
