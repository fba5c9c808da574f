"""Zeek's own logs: columns parted by tabs, named by the header lines that begin with "#"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.format import Opened, Tally
from cloison.ingest.lines import BLOCK_BYTES, Block, blocks, line_starts
from cloison.ingest.zeek import LOGS, TYPES, Raw, ZeekLog
from cloison.ingest.zeek_signs import stream_of
from cloison.ingest.zeek_times import earliest_line
from cloison.model.observations import Kind
from cloison.words import say

_MOST_COLUMNS = 1000

_MOST_ODD = 0.25
"""A block with a larger part of lines that are not plain is read once, as usual."""

_NO_COMMENTS = np.empty(0, np.int64)

_SETTINGS = {b"#set_separator": "set_separator", b"#empty_field": "empty", b"#unset_field": "unset", b"#path": "path"}


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines that begin with "#" say (Zeek manual, "Zeek TSV Format Logs")."""

    separator: bytes = b"\t"
    set_separator: str = ","
    empty: str = "(empty)"
    unset: str = "-"
    path: str = ""
    fields: tuple[str, ...] = ()

    def told(self, line: bytes) -> "Header":
        """Give the header once one more of its lines is read; a line that says nothing known changes nothing."""
        if line.startswith(b"#separator "):
            return replace(self, separator=_unescaped(line[len(b"#separator ") :].strip(b"\r\n")) or b"\t")
        word, _, rest = line.rstrip(b"\r\n").partition(self.separator)
        said = rest.decode("utf-8", "replace")
        if word == b"#fields":
            return replace(self, fields=tuple(said.split(self.separator.decode("latin-1"))))
        setting = _SETTINGS.get(word)
        told: dict[str, Any] = {setting: said} if setting and said else {}
        return replace(self, **told)

    def stream(self) -> str:
        """Name the log."""
        return self.path or stream_of(frozenset(self.fields))


@dataclass(frozen=True, slots=True)
class ZeekTsv:
    """Zeek's tab-separated logs, with or without columns added after them (".labeled").

    Attributes:
        block_bytes: how much is parsed at a time.
        hurried: connections are read in machine code, which takes a second to load.
    """

    name: ClassVar[str] = "zeek-tsv"
    block_bytes: int = BLOCK_BYTES
    hurried: bool = False

    def hasten(self) -> "ZeekTsv":
        """See `Hastening.hasten`."""
        return replace(self, hurried=True)

    def recognise(self, head: bytes) -> bool:
        """Tell by the first header line."""
        return head.startswith((b"#separator ", b"#fields\t")) or b"\n#fields\t" in _leading_comments(head)

    def stream_name(self, head: bytes) -> str:
        """Name the log: "conn", "dns"..."""
        return _leading_header(head).stream()

    def earliest(self, opened: Opened, records: int) -> int | None:
        """See `Foreseeing.earliest`: it takes logs whose lines begin with the time and a tab, as Zeek's do."""
        header = _leading_header(opened.head)
        if header.separator != b"\t" or header.fields[:1] != ("ts",):
            return None
        with opened.stream() as stream:
            return earliest_line(stream, records)

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give one table a block; a header that comes again (rotated, concatenated) takes over from there.

        Raises:
            UnreadableSourceError: the separator is not one byte.
        """
        header = Header()
        with opened.stream() as stream:
            for block in blocks(stream, self.block_bytes):
                tally.rejected += block.skipped
                for part, header in _stretches(block, header, opened.shown):  # noqa: B020 - the header goes on
                    yield from _observations(part, header, tally, hurried=self.hurried)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines under one header.

    Attributes:
        data: whole lines, some of them comments.
        comments: (c,) indices of the comment lines among them.
        first: 1-based number in the file of the first line.
        count: lines in all.
    """

    data: bytes
    comments: npt.NDArray[np.int64]
    first: int
    count: int


def _stretches(block: Block, header: Header, shown: str) -> Iterator[tuple[_Stretch, Header]]:
    """Cut a block where the header changes."""
    data = block.data
    if b"#" not in data or (not data.startswith(b"#") and b"\n#" not in data):  # one byte is found much faster
        yield _Stretch(data, _NO_COMMENTS, block.first, block.count), header
        return
    starts = line_starts(data)
    first_bytes = np.frombuffer(data, np.uint8)[starts[:-1]]
    comments = np.flatnonzero(first_bytes == ord("#"))
    begin = 0
    for index in comments:
        told = header.told(data[starts[index] : starts[index + 1]])
        if told == header:
            continue
        if len(told.separator) != 1 or told.separator == b"\n":
            raise UnreadableSourceError(
                say("its columns are not parted by one character"),
                fix=say("write Zeek's logs with the usual separator, a tab"),
                where=shown,
            )
        yield _stretch(block, starts, comments, begin, int(index)), header
        header, begin = told, int(index)
    yield _stretch(block, starts, comments, begin, block.count), header


def _stretch(
    block: Block, starts: npt.NDArray[np.int64], comments: npt.NDArray[np.int64], begin: int, end: int
) -> _Stretch:
    inside = comments[np.searchsorted(comments, begin) : np.searchsorted(comments, end)] - begin
    return _Stretch(block.data[starts[begin] : starts[end]], inside, block.first + begin, end - begin)


def _observations(
    part: _Stretch, header: Header, tally: Tally, *, hurried: bool
) -> Iterator[tuple[Kind, pl.DataFrame]]:
    rows = part.count - len(part.comments)
    if not rows:
        return
    log = LOGS.get(header.stream())
    if not 1 < len(header.fields) <= _MOST_COLUMNS:
        tally.rejected += rows
    elif log is None:
        tally.unused += rows
    else:
        table = _connections(part, header, tally) if hurried and log is LOGS["conn"] else None
        yield log.kind, log.shape(_parse(part, header, log, tally), tally) if table is None else table


def _connections(part: _Stretch, header: Header, tally: Tally) -> pl.DataFrame | None:
    """Read connections in machine code, the odd lines as usual; None where they are too many."""
    from cloison.ingest.zeek_conn import UNSET, read_connections  # noqa: PLC0415 - numba takes half a second to load

    if header.unset != UNSET:
        return None
    counted = Tally()
    table, others = read_connections(
        *(part.data, part.count),
        first=part.first,
        separator=header.separator,
        fields=header.fields,
        empty=header.empty,
        tally=counted,
    )
    if len(others) > _MOST_ODD * part.count:
        return None
    tally.rejected += counted.rejected
    if not len(others):
        return table
    odd = _Stretch(b"".join(part.data[begin:end] for begin, end, _ in others.tolist()), _NO_COMMENTS, 0, len(others))
    numbers = pl.Series(others[:, 2]).cast(pl.UInt64) + part.first
    frame = _parse(odd, header, LOGS["conn"], tally)
    frame = frame.with_columns(numbers.gather(frame["record"]).alias("record"))
    return _among(table, LOGS["conn"].shape(frame, tally))


def _among(table: pl.DataFrame, few: pl.DataFrame) -> pl.DataFrame:
    """Put a few records back between the others, without moving these one by one."""
    cuts = [0, *table["record"].search_sorted(few["record"]).to_list(), table.height]
    parts = [table[begin:end] for begin, end in pairwise(cuts)]
    woven = [part for place, row in enumerate(few.iter_slices(1)) for part in (parts[place], row)]
    return pl.concat([*woven, parts[-1]])


def _parse(part: _Stretch, header: Header, log: ZeekLog, tally: Tally) -> pl.DataFrame:
    """Read the columns that a log's observations need.

    Lines with too few or too many columns are dropped and counted. A wide first line is put before the data so
    that Polars makes one column more than there are names; a short line leaves the last one empty, a long one
    fills the one that is too many.
    """
    width = len(header.fields)
    places = {name: place for place, name in reversed(list(enumerate(header.fields))) if name in log.columns}
    schema: dict[str, pl.DataType] = {f"c{place}": pl.String() for place in range(width + 1)}
    for name, place in places.items():
        if log.columns[name] in {Raw.SECONDS, Raw.COUNT, Raw.PORT}:
            schema[f"c{place}"] = TYPES[log.columns[name]]
    wanted = sorted({f"c{place}" for place in (*places.values(), width - 1, width)})
    frame = (
        pl.scan_csv(
            header.separator * width + b"\n" + part.data,
            has_header=False,
            separator=header.separator.decode("latin-1"),
            quote_char=None,
            schema=schema,
            null_values={f"c{place}": header.unset for place in places.values() if place != width - 1},
            empty_string_is_null=False,
            ignore_errors=True,
            truncate_ragged_lines=True,
            extra_columns="ignore",
            missing_columns="insert",
            encoding="utf8-lossy",
        )
        .select(wanted)
        .collect()
        .slice(1)
        .with_columns(pl.int_range(part.first, part.first + part.count, dtype=pl.UInt64).alias("record"))
    )
    if len(part.comments):
        frame = frame.filter(~pl.Series(np.isin(np.arange(part.count), part.comments)))
    frame = _whole_lines(frame, part, header, tally)
    return frame.select(
        *(
            _column(name, raw, places[name], header) if name in places else pl.lit(None, TYPES[raw]).alias(name)
            for name, raw in log.columns.items()
        ),
        "record",
    )


def _whole_lines(frame: pl.DataFrame, part: _Stretch, header: Header, tally: Tally) -> pl.DataFrame:
    """Drop the lines that have not as many columns as there are names; blank ones are not counted."""
    width = len(header.fields)
    last = pl.col(f"c{width - 1}")
    doubtful = frame.filter(last.is_null() | (last.cast(pl.String) == "") | (pl.col(f"c{width}") != ""))
    if doubtful.is_empty():
        return frame
    lines = doubtful["record"].to_numpy().astype(np.int64) - part.first
    starts = line_starts(part.data)
    marks = np.flatnonzero(np.frombuffer(part.data, np.uint8) == ord(header.separator))
    separators = np.searchsorted(marks, starts[lines + 1]) - np.searchsorted(marks, starts[lines])
    wrong = separators != width - 1
    blank = starts[lines + 1] - starts[lines] <= len(b"\r\n")
    tally.rejected += int(np.count_nonzero(wrong & ~blank))
    keep = np.ones(part.count, np.bool_)
    keep[lines[wrong]] = False
    return frame.filter(pl.Series(keep[frame["record"].to_numpy().astype(np.int64) - part.first]))


def _column(name: str, raw: Raw, place: int, header: Header) -> pl.Expr:
    told = pl.col(f"c{place}")
    if raw in {Raw.SECONDS, Raw.COUNT, Raw.PORT}:
        return told.alias(name)
    present = (told != header.empty) & (told != "")
    if place == len(header.fields) - 1:  # of the others, the reader made what is unset null
        present &= told != header.unset
    told = pl.when(present).then(told)
    if raw is Raw.FLAG:
        return told.replace_strict({"T": True, "F": False}, default=None, return_dtype=pl.Boolean).alias(name)
    if raw is not Raw.NAME:
        told = told.str.replace_all("\\\\", "\\", literal=True)  # Zeek doubles the backslash
    return (told.str.split(header.set_separator) if raw is Raw.SET else told).alias(name)


def _leading_header(head: bytes) -> Header:
    header = Header()
    for line in _leading_comments(head).split(b"\n"):
        header = header.told(line)
    return header


def _leading_comments(head: bytes) -> bytes:
    """Give the lines at the beginning that start with "#", with the newline before each."""
    lines = [b""]
    for line in head.split(b"\n"):
        if not line.startswith(b"#"):
            break
        lines.append(line)
    return b"\n".join(lines)


def _unescaped(separator: bytes) -> bytes:
    r"""Read "\x09" as the byte it stands for."""
    if separator.startswith(b"\\x"):
        try:
            return bytes([int(separator[2:4], 16)])
        except ValueError:
            return b""
    return separator
