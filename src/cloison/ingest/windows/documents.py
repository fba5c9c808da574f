"""Cut a stream of JSON objects that do not lie one a line: an array, or objects written over many lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cloison.ingest.lines import LONGEST_LINE

_PIECE = 1 << 18

_ENDLESS = 20
"""Objects without an end, in the last piece, after which nothing more is tried."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}]', re.DOTALL)
"""A whole string (whose braces mean nothing), the start of one that is not all there yet, or a brace."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object.

    Attributes:
        data: its text; empty when it was longer than `LONGEST_LINE` and was passed over.
        place: 1-based place in the file.
    """

    data: bytes
    place: int


def documents(stream: BinaryIO, piece_bytes: int = _PIECE) -> Iterator[Document]:
    """Give the outermost objects; what lies between them (brackets, commas, blanks) is passed over.

    An object that does not end, or is too long, is given without its text, and reading goes on at the next line
    that starts one.
    """
    held = b""
    place = broken = 0
    while True:
        piece = stream.read(piece_bytes)
        held += piece
        start, end = _object(held, 0)
        while end >= 0:
            place += 1
            yield Document(held[start:end] if end - start <= LONGEST_LINE else b"", place)
            at = end
            start, end = _object(held, at)
        held = held[start:] if start >= 0 else b""
        if not piece and (not held or broken > _ENDLESS):
            return
        if not piece or len(held) > LONGEST_LINE:
            place += 1
            broken += not piece
            yield Document(b"", place)
            next_line = held.find(b"\n{", max(1, len(held) - _PIECE))
            held = held[next_line + 1 :] if next_line >= 0 else b""


def _object(held: bytes, at: int) -> tuple[int, int]:
    """Find the next object.

    Returns:
        Where it starts and ends; -1 for an end that is not there yet, or when no object starts.
    """
    start = held.find(b"{", at)
    if start < 0:
        return -1, -1
    depth = 0
    for token in _TOKEN.finditer(held, start):
        found = token.group()
        if found == b"{":
            depth += 1
        elif found == b"}":
            depth -= 1
            if not depth:
                return start, token.end()
        elif found == b'"':
            return start, -1
    return start, -1
