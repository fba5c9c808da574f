"""Cut a stream of text into blocks of whole lines, bounded in size."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

BLOCK_BYTES = 16 << 20
"""Small enough for a block and its columns to stay near the processor, large enough to be handed over seldom:
a whole `analyze` of 5 million conn lines takes 9.5 s at 16 MiB, 9.9 s at 8 MiB, 11.5 s at 4 MiB on two cores."""

LONGEST_LINE = 1 << 20
"""A longer line is no record of any known sensor."""

_COUNTED = 1 << 18  # what comparing makes stays in the processor's own memory

_MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, which some editors put first."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines.

    Attributes:
        data: the lines, each ending with a newline.
        first: 1-based number of the first line in the file.
        count: lines in `data`.
        skipped: lines dropped just before this block, longer than `LONGEST_LINE`.
    """

    data: bytes
    first: int
    count: int
    skipped: int = 0


def blocks(stream: BinaryIO, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a stream at newlines; the last line need not have one.

    Lines longer than `LONGEST_LINE` are dropped and counted in the `skipped` of the block that follows, which
    may hold no line.
    """
    first = 1
    rest = stream.read(len(_MARK)).removeprefix(_MARK)
    while True:
        room = _more(stream, rest, block_bytes)
        data = room.getvalue()
        if len(data) == len(rest):
            if rest:
                rest += b"" if rest.endswith(b"\n") else b"\n"
                yield from _without_long_lines(rest, first, rest.count(b"\n"))
            return
        end = data.rfind(b"\n", len(rest)) + 1
        rest = data[end:]
        if end:
            del data
            room.truncate(end)
            data = room.getvalue()
            count = _newlines(data)
            yield from _without_long_lines(data, first, count)
            first += count
        if len(rest) > LONGEST_LINE:
            rest = _skip_line(stream)
            first += 1
            yield Block(b"", first, 0, 1)


def _more(stream: BinaryIO, rest: bytes, block_bytes: int) -> io.BytesIO:
    """Read on after the rest of a line. A buffer, for its bytes can be shortened and taken out without being copied."""
    room = io.BytesIO(bytes(len(rest) + block_bytes))
    with room.getbuffer() as view:
        view[: len(rest)] = rest
        got = cast("io.BufferedIOBase", stream).readinto(view[len(rest) :])
    room.truncate(len(rest) + got)
    return room


def _newlines(data: bytes) -> int:
    octets = np.frombuffer(data, np.uint8)
    pieces = range(0, len(data), _COUNTED)
    return sum(int(np.count_nonzero(octets[begin : begin + _COUNTED] == ord("\n"))) for begin in pieces)


def _without_long_lines(data: bytes, first: int, count: int) -> Iterator[Block]:
    """Give the block as it is, or cut around the lines that are too long."""
    if len(data) <= LONGEST_LINE or not _has_long_line(data):
        yield Block(data, first, count)
        return
    kept: list[bytes] = []
    start = first
    skipped = 0
    for number, line in enumerate(_lines(data), first):
        if len(line) <= LONGEST_LINE + 1:
            kept.append(line)
            continue
        yield Block(b"".join(kept), start, len(kept), skipped)
        kept, start, skipped = [], number + 1, 1
    yield Block(b"".join(kept), start, len(kept), skipped)


def _has_long_line(data: bytes) -> bool:
    """Look for a newline in every window of the longest line's size, jumping from one to the next."""
    at = 0
    while at + LONGEST_LINE + 1 < len(data):
        end = data.rfind(b"\n", at, at + LONGEST_LINE + 1)
        if end < 0:
            return True
        at = end + 1
    return False


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _skip_line(stream: BinaryIO) -> bytes:
    """Read past the next newline; give what follows it in the last piece read."""
    while piece := stream.read(LONGEST_LINE):
        end = piece.find(b"\n")
        if end >= 0:
            return piece[end + 1 :]
    return b""


def line_starts(data: bytes) -> npt.NDArray[np.int64]:
    """Give the offset of each line's first byte in a block's data, with the data's length at the end."""
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    starts = np.empty(len(newlines) + 1, np.int64)
    starts[0] = 0
    starts[1:] = newlines + 1
    return starts
