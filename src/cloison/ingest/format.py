"""What a format is to the reading: recognised by content, read in bounded pieces, counted."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol, runtime_checkable

import polars as pl

from cloison.model.observations import Kind
from cloison.words import Sentence


@dataclass(slots=True)
class Tally:
    """Counts that a format keeps while it reads one file.

    Attributes:
        rejected: records that were malformed.
        unused: well-formed records of a sort that Cloison does not use.
        remarks: what a person should know: truncated, a tool missing, a limit reached.
    """

    rejected: int = 0
    unused: int = 0
    remarks: list[Sentence] = field(default_factory=list)


class Opened(Protocol):
    """A file ready to be read, whatever its compression (gz, zst or none, told by content)."""

    shown: str
    """Its path, as people see it."""

    head: bytes
    """Up to 64 KiB of its decompressed beginning."""

    def stream(self) -> AbstractContextManager[BinaryIO]:
        """Open the decompressed bytes from the beginning.

        A truncated or bad archive ends the stream early (and is remarked), a bomb raises
        `UnreadableSourceError`, a file that shrinks ends early.
        """

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give a path to the decompressed bytes, for libraries and tools that want one.

        The file itself when it is not compressed, else a scratch copy that goes with the context.
        """


class Format(Protocol):
    """A way of writing observations down."""

    name: ClassVar[str]

    def recognise(self, head: bytes) -> bool:
        """Tell by the decompressed beginning alone; must not raise on any bytes."""

    def stream_name(self, head: bytes) -> str:
        """Name the log within the format ("conn", "dns"; "" where there is one only).

        Files of one folder, format and stream name are read one after the other, by first time: rotated logs.
        """

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give tables in the file's own order, each of bounded size.

        Tables have all columns of `SCHEMAS[kind]` but `origin`, which the reading adds; `record` counts
        lines, flows, packets or datagrams from 1. What is malformed is counted in `tally`, never raised.

        Raises:
            UnreadableSourceError: nothing can be got from it at all.
        """


@runtime_checkable
class Heavy(Protocol):
    """A format whose records take much more memory than a connection's."""

    weight: ClassVar[int]
    """How many connection records (about 250 bytes) one of its records takes the place of."""


@runtime_checkable
class Foreseeing(Protocol):
    """A format that can tell when its records begin, far cheaper than by reading them."""

    def earliest(self, opened: Opened, records: int) -> int | None:
        """Give a time, in microseconds since 1970, that none of the first records precedes.

        Args:
            opened: the file.
            records: how many records that holds for, provided that they are well formed.

        Returns:
            None when the file does not lend itself to it.
        """


@runtime_checkable
class Hastening(Protocol):
    """A format that can read much faster, once something that takes a second to begin is at hand."""

    def hasten(self) -> Format:
        """Give the same format, which reads the same observations faster: for much to read."""


def weight_of(format_: Format) -> int:
    """Tell how heavy a format's records are."""
    return format_.weight if isinstance(format_, Heavy) else 1
