"""One log that is still being written: what it held last time is not read again, wherever its file went meanwhile.

A log is known by the SHA-256 of its first bytes, decompressed: the same in `conn.log`, in the
`conn.10:00:00-11:00:00.log.gz` that Zeek makes of it, and in the `eve.json.1` that logrotate copies before it empties
`eve.json`. Its position counts decompressed bytes, so that reading goes on in whichever file holds the rest.
"""

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.format import Format, Tally
from cloison.ingest.lines import LONGEST_LINE
from cloison.ingest.opening import HEAD_BYTES, SourceFile, open_source
from cloison.model.observations import Kind
from cloison.model.reading import Refusal, Source
from cloison.words import Sentence

Tables = list[tuple[Kind, pl.DataFrame]]

BY_LINES = frozenset({"zeek-tsv", "zeek-json", "eve", "windows-json"})
"""Formats of which a part is whole lines; a file of another format is read once it is complete."""

PRINT_BYTES = 4096
SLICE_BYTES = 8 << 20
"""Text taken at a time: some 50,000 connections."""

_KEPT = (
    *("origin", "shown", "series", "packed", "by_lines", "offset", "lines", "print_size", "print_hash"),
    *("first", "high", "records", "size", "changed", "here", "final", "ended"),
)
_TOLD_BY_HEADER = frozenset(
    {b"#separator", b"#set_separator", b"#empty_field", b"#unset_field", b"#path", b"#fields", b"#types"}
)


@dataclass(slots=True)
class Slice:
    """Whole lines of a log, under its header, as a format sees them (`cloison.ingest.format.Opened`)."""

    shown: str
    head: bytes
    data: bytes

    def stream(self) -> AbstractContextManager[BinaryIO]:
        """Open the bytes."""
        return cast("AbstractContextManager[BinaryIO]", io.BytesIO(self.data))

    def on_disk(self) -> AbstractContextManager[Path]:
        """Refuse: formats by lines never ask for a file."""
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class Log:
    """How far one log was read.

    Attributes:
        origin: its index in the sources.
        shown: where it lies now, as people see it.
        format: how it is written.
        series: folder, format and stream: rotated logs of one series are read one after the other.
        packed: the file is compressed.
        by_lines: a part of it can be read.
        offset: decompressed bytes taken; rows taken when the format is not by lines.
        lines: whole lines among them.
        print_size, print_hash: the first bytes by which it is known.
        first: earliest `seen_at` of its beginning, microseconds since 1970.
        high: latest `seen_at` taken.
        size: bytes on disk when it was last looked at.
        changed: when its file was last written, seconds since 1970.
        here: its file is where it was last seen, and still holds it.
        final: nothing more will be written: what follows the last newline is a line too.
        ended: a file that is not by lines, or compressed, was read to its end.
    """

    origin: int
    shown: str
    path: Path
    format: Format
    series: str
    packed: bool
    by_lines: bool
    offset: int = 0
    lines: int = 0
    print_size: int = 0
    print_hash: str = ""
    first: int = 0
    high: int = 0
    records: int = 0
    size: int = 0
    changed: float = 0.0
    inode: tuple[int, int] = (0, 0)
    here: bool = True
    final: bool = False
    ended: bool = False
    refusal: Refusal | None = None
    tally: Tally = field(default_factory=Tally)
    _header: dict[bytes, bytes] = field(default_factory=dict)
    _skipping: bool = False
    _looked: int = -1
    _raw: io.FileIO | None = None
    _file: SourceFile | None = None
    _unpacked: BinaryIO | None = None
    _at: int = 0
    _tables: Iterator[tuple[Kind, pl.DataFrame]] | None = None

    def unread(self) -> bool:
        """Tell whether there is something to take, as far as the last look knows."""
        if self.refusal is not None or self.ended or not (self.here or self._raw):
            return False
        if not self.by_lines or self.packed:
            return True
        return self.offset < self.size and (self.size != self._looked or self.final)

    def behind(self) -> int:
        """Count the bytes that are there and not taken; for a compressed file, its whole size."""
        if not self.unread():
            return 0
        return self.size if self.packed or not self.by_lines else self.size - self.offset

    def read(self) -> Tables:
        """Take the next tables; none when there is nothing whole.

        A file that fails ends there, with its reason in `refusal`.
        """
        try:
            tables = self._read_slice() if self.by_lines else self._read_table()
        except UnreadableSourceError as error:
            self.refusal = Refusal(path=self.shown, code=error.code, reason=error.problem, fix=error.fix)
            self.rest()
            return []
        for _, table in tables:
            self.records += table.height
            if table.height:
                self.high = max(self.high, table.select(pl.col("seen_at").max().to_physical()).item() or 0)
        return tables

    def rest(self) -> None:
        """Close the files; reading opens them again."""
        for opened in (self._raw, self._unpacked):
            if opened is not None:
                opened.close()
        self._raw = self._unpacked = None
        self._tables = None

    def holds(self, path: Path) -> bool:
        """Tell whether a file begins as this log does."""
        if not self.print_size:
            return True
        try:
            if self.packed:
                head = open_source(path, self.shown).head[: self.print_size]
            else:
                with path.open("rb", buffering=0) as raw:
                    head = raw.read(self.print_size) or b""
        except (OSError, UnreadableSourceError):
            return False
        return len(head) == self.print_size and sha256(head).hexdigest() == self.print_hash

    def move(self, path: Path, shown: str, *, packed: bool) -> None:
        """Go on in another file that holds the same log."""
        if path != self.path or packed != self.packed:
            # What was open stays so after a mere renaming: its bytes are the same.
            if packed != self.packed:
                self.rest()
                self._file = None
            self.path, self.shown, self.packed = path, shown, packed

    def take_print(self, head: bytes) -> None:
        """Know the log by its beginning, its first record included: headers alone are all alike."""
        if self.print_size < PRINT_BYTES and len(head) > self.print_size:
            known = head[: max(PRINT_BYTES, _end_of_first_record(head))] if self.by_lines else head[:PRINT_BYTES]
            if not self.by_lines or _end_of_first_record(head):
                self.print_size, self.print_hash = len(known), sha256(known).hexdigest()

    def leave(self) -> None:
        """Note that the file is no longer where it was; what is open can still be read to its end."""
        self.here, self.final = False, True
        if self._raw is not None:
            self.size = os.fstat(self._raw.fileno()).st_size
            # It may have held its header alone when last read: its archive is to be known as the same log.
            self._head()

    def source(self) -> Source:
        """Say what was taken so far."""
        remarks: dict[Sentence, None] = dict.fromkeys(
            [*(self._file.remarks if self._file else ()), *self.tally.remarks]
        )
        return Source(
            path=self.shown,
            format=self.format.name,
            records=self.records,
            rejected=self.tally.rejected,
            unused=self.tally.unused,
            remarks=tuple(remarks),
        )

    def save(self) -> dict[str, Any]:
        """Give plain values, for `restored`."""
        return {
            **{name: getattr(self, name) for name in _KEPT},
            "path": os.fsencode(self.path),
            "format": self.format.name,
            "inode": list(self.inode),
            "header": dict(self._header),
            "skipping": self._skipping,
            "rejected": self.tally.rejected,
            "unused": self.tally.unused,
        }

    def _read_slice(self) -> Tables:
        data = self._bytes(SLICE_BYTES)
        at_end = len(data) < SLICE_BYTES
        cut = data.rfind(b"\n") + 1
        if self._skipping:  # a line longer than any record's
            self._skipping = not cut
            passed = data[: data.find(b"\n") + 1] or data
            self.offset += len(passed)
            self.lines += int(bool(cut))
            self.tally.rejected += int(bool(cut))
            return []
        if not cut and len(data) > LONGEST_LINE:
            self._skipping = True
            self.offset += len(data)
            return []
        if at_end and (self.packed or self.final):
            self.ended = self.packed
            cut = len(data)
        if not cut:
            self._looked = self.size
            return []
        whole = data[:cut] if data[:cut].endswith(b"\n") else data[:cut] + b"\n"
        tables = self._parse(whole)
        self._remember_header(whole)
        self.offset += cut
        self.lines += whole.count(b"\n")
        return tables

    def _parse(self, whole: bytes) -> Tables:
        header = b"".join(self._header.values())
        numbered = self.lines - header.count(b"\n")
        piece = Slice(self.shown, self._head(), header + whole)
        shifted = (pl.col("record").cast(pl.Int64) + numbered).cast(pl.UInt64)
        return [
            (kind, table.with_columns(record=shifted) if numbered else table)
            for kind, table in self.format.read(piece, self.tally)
        ]

    def _remember_header(self, whole: bytes) -> None:
        """Keep the lines that say how the others are to be read: later slices begin with them."""
        if self.format.name != "zeek-tsv" or (not whole.startswith(b"#") and b"\n#" not in whole):
            return
        for line in whole.splitlines(keepends=True):
            if line.startswith(b"#"):
                word = line.split(None, 1)[0]
                if word in _TOLD_BY_HEADER:
                    self._header[word] = line

    def _head(self) -> bytes:
        if self.packed:
            return self._source().head
        self.take_print(head := self._plain(HEAD_BYTES, 0))
        return head

    def _bytes(self, count: int) -> bytes:
        """Give the next decompressed bytes."""
        if not self.packed:
            return self._plain(count, self.offset)
        if self._unpacked is None or self._at != self.offset:
            if self._unpacked is not None:
                self._unpacked.close()
            self._unpacked = self._source().stream().__enter__()
            left = self.offset
            while left and (passed := self._unpacked.read(min(left, SLICE_BYTES))):
                left -= len(passed)
        data = self._unpacked.read(count)
        self._at = self.offset + len(data)
        if (cut := data.rfind(b"\n") + 1) and len(data) == count:  # come back to the line that is cut
            self._at = self.offset + cut
            self._unpacked = _Rejoined(data[cut:], self._unpacked)  # type: ignore[assignment] # reads and closes
        return data

    def _plain(self, count: int, at: int) -> bytes:
        """Give bytes of a file that is not compressed; none when it has gone."""
        try:
            if self._raw is None:
                self._raw = self.path.open("rb", buffering=0)
            return os.pread(self._raw.fileno(), count, at)
        except OSError:
            self.here = False
            return b""

    def _source(self) -> SourceFile:
        if self._file is None:
            self._file = open_source(self.path, self.shown)
        return self._file

    def _read_table(self) -> Tables:
        if self._tables is None:
            self._tables = self._from_row(self.offset)
        found = next(self._tables, None)
        if found is None:
            self.ended = True
            self.rest()
            return []
        self.offset += found[1].height
        return [found]

    def _from_row(self, taken: int) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Read the file from its beginning, without the rows that were taken before."""
        for kind, table in self.format.read(self._source(), self.tally):
            left = table.slice(taken) if taken else table
            taken = max(taken - table.height, 0)
            if left.height:
                yield kind, left


class _Rejoined:
    """A stream with some bytes put back before it."""

    def __init__(self, before: bytes, stream: BinaryIO) -> None:
        self._before = before
        self._stream = stream

    def read(self, count: int) -> bytes:
        """Give up to so many bytes, all that there are when fewer."""
        first, self._before = self._before[:count], self._before[count:]
        return first + (self._stream.read(count - len(first)) if len(first) < count else b"")

    def close(self) -> None:
        """Close what lies beneath."""
        self._stream.close()


def in_lines(format_: Format, head: bytes) -> bool:
    """Tell whether a part of a file is whole lines: JSON may also be one document over many."""
    if format_.name not in BY_LINES:
        return False
    first = head.lstrip(b"\xef\xbb\xbf \r\n").split(b"\n", 1)[0].rstrip(b"\r ,")
    return not first.startswith((b"{", b"[")) or (
        first.startswith(b"{") and (first.endswith(b"}") or b"\n" not in head)
    )


def _end_of_first_record(head: bytes) -> int:
    """Give where the first whole line that is no comment ends; 0 when there is none."""
    at = 0
    while (end := head.find(b"\n", at) + 1) and head.startswith(b"#", at):
        at = end
    return end


def restored(saved: Mapping[str, Any], format_: Format) -> Log:
    """Go on from what `Log.save` gave."""
    plain = dict(saved)
    tally = Tally(rejected=plain.pop("rejected"), unused=plain.pop("unused"))
    header, skipping = plain.pop("header"), plain.pop("skipping")
    plain.update(path=Path(os.fsdecode(plain["path"])), format=format_, inode=tuple(plain["inode"]))
    return Log(**plain, tally=tally, _header=header, _skipping=skipping)
