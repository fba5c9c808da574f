"""Cut a stream of JSON objects that do not lie one a line: an array, or objects written over many lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from cloison.ingest.lines import LONGEST_LINE

_PIECE = 1 << 18

_QUOTE, _BACKSLASH, _OPENS, _CLOSES = b'"\\{}'
_BETWEEN = b" \t\r\n,[]\x1e"
"""What may lie between objects: an array's brackets and commas, RFC 7464's record separator."""

_FEW = 16

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
        at = 0
        for start, end in _run(held):
            place += 1
            yield _document(held, start, end, place)
            at = end
        start, end = _object(held, at)
        while end >= 0:
            place += 1
            yield _document(held, start, end, place)
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


def _document(held: bytes, start: int, end: int, place: int) -> Document:
    return Document(held[start:end] if end - start <= LONGEST_LINE else b"", place)


def _run(held: bytes) -> list[tuple[int, int]]:
    """Find the objects that follow each other with nothing but brackets, commas and blanks between them.

    What `_object` finds one token after the other, for all at once: a brace is a string's when an odd number of
    quotes come before it, and an object ends where as many braces were closed as opened.

    Returns:
        Where each starts and ends, up to the first that is not all there or is followed by something else.
    """
    first = held.find(b"{")
    if first < 0:
        return []
    data = np.frombuffer(held, np.uint8)[first:]
    quotes = np.flatnonzero(data == _QUOTE)
    escaped = [
        at for at in np.flatnonzero(data[quotes - 1] == _BACKSLASH) if _backslashes(held, first + quotes[at]) % 2
    ]
    quotes = np.delete(quotes, escaped)
    braces = np.flatnonzero((data == _OPENS) | (data == _CLOSES))
    braces = braces[np.searchsorted(quotes, braces) % 2 == 0]
    depths = np.cumsum(np.where(data[braces] == _OPENS, 1, -1))
    closing = np.flatnonzero(depths == 0)
    found: list[tuple[int, int]] = []
    start = first
    for at in closing:
        end = first + int(braces[at]) + 1
        found.append((start, end))
        if at + 1 == len(braces):
            break
        start = first + int(braces[at + 1])
        if held[end:start].strip(_BETWEEN) or held[start] != _OPENS:
            break
    return found


def _backslashes(held: bytes, at: int) -> int:
    """Count the backslashes just before a place."""
    before = held[max(at - _FEW, 0) : at]
    count = len(before) - len(before.rstrip(b"\\"))
    if count == _FEW:
        before = held[:at]
        count = len(before) - len(before.rstrip(b"\\"))
    return count


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
