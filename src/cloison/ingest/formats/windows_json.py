"""Windows events that were forwarded as JSON: one a line, in an array, or written over many lines."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import orjson
import polars as pl

from cloison.ingest.format import Opened, Tally
from cloison.ingest.lines import BLOCK_BYTES, blocks
from cloison.ingest.windows.carried import from_object, is_event
from cloison.ingest.windows.documents import documents
from cloison.ingest.windows.sheet import EVENTS, WEIGHT, Sheet
from cloison.model.observations import Kind

_FIRST_LINES = 20
_BETWEEN = b" \t\r\n,[]\x1e"
"""What may lie around an object: an array's brackets and commas, RFC 7464's record separator."""

_MARKS = ((b'"winlog"', b'"event_data"'), (b'"EventID"', b'"Channel"'), (b'"EventID"', b'"System"'))
"""Keys of an event whose first object is longer than what is looked at."""


@dataclass(frozen=True, slots=True)
class WindowsJson:
    """Forwarded events as JSON.

    Attributes:
        block_bytes: how much is cut into lines at a time.
        events: how many are held at a time.
    """

    name: ClassVar[str] = "windows-json"
    weight: ClassVar[int] = WEIGHT
    block_bytes: int = BLOCK_BYTES
    events: int = EVENTS

    def recognise(self, head: bytes) -> bool:
        """Tell by the keys of the first objects."""
        text = head.lstrip(b"\xef\xbb\xbf" + _BETWEEN)
        if not text.startswith(b"{"):
            return False
        first = (_parsed(part) for part in (*text.split(b"\n")[:_FIRST_LINES], _first_document(text)))
        return any(is_event(read) for read in first if read is not None) or any(
            all(mark in text for mark in marks) for marks in _MARKS
        )

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # a forwarder mixes the logs of many hosts
        """Give no name."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give a table a kind for each stretch of events."""
        sheet = Sheet()
        for record, text in self._objects(opened, tally):
            read = _parsed(text)
            event = from_object(read) if read is not None else None
            if event is not None:
                sheet.add(record, event)
            elif read is not None and not is_event(read):
                tally.unused += 1
            else:
                tally.rejected += 1
            if len(sheet) >= self.events:
                yield from sheet.tables(tally)
                sheet = Sheet()
        yield from sheet.tables(tally)

    def _objects(self, opened: Opened, tally: Tally) -> Iterator[tuple[int, bytes]]:
        """Give each object's text with its line, or its place where lines do not part objects."""
        with opened.stream() as stream:
            if not _one_a_line(opened.head):
                for document in documents(stream):
                    yield document.place, document.data
                return
            for block in blocks(stream, self.block_bytes):
                tally.rejected += block.skipped
                for record, line in enumerate(block.data.split(b"\n"), block.first):
                    text = line.strip(_BETWEEN)
                    if text:
                        yield record, text


def _one_a_line(head: bytes) -> bool:
    """Tell whether the first line that holds anything holds a whole object."""
    lines = (line.strip(b"\xef\xbb\xbf" + _BETWEEN) for line in head.split(b"\n"))
    return _parsed(next((line for line in lines if line), b"")) is not None


def _first_document(text: bytes) -> bytes:
    return next((document.data for document in documents(io.BytesIO(text))), b"")


def _parsed(text: bytes) -> Mapping[str, object] | None:
    """Read one object; bytes that are not UTF-8 are shown as "�"."""
    text = text.strip(_BETWEEN)
    if not text.startswith(b"{"):
        return None
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            read = orjson.loads(text.decode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            return None
    return read if isinstance(read, dict) else None
