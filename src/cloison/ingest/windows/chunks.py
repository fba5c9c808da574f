"""Put the chunks of an event log in the order in which they were written.

A log of a fixed size is a ring: once full, its newest chunks lie before the oldest ones. Read from the beginning
of the file, the largest logs would come too late to be put back in order.
"""

import io
import struct
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 4096
CHUNK_BYTES = 1 << 16
_MAGIC = b"ElfChnk\0"
_HEAD = struct.Struct("<8sQQQQ")
"""Magic, first and last number in the file, first and last identifier in the log (Schuster, 2007; libevtx)."""


def chunk_ages(log: BinaryIO, size: int) -> list[int]:
    """Give the identifier of the first event of each chunk; -1 for a chunk that is damaged or was never used.

    Args:
        log: the file, open for reading.
        size: its bytes.
    """
    ages = []
    for place in range(_chunks(size)):
        log.seek(HEADER_BYTES + place * CHUNK_BYTES)
        head = log.read(_HEAD.size)
        whole = len(head) == _HEAD.size and head.startswith(_MAGIC)
        ages.append(_HEAD.unpack(head)[3] if whole else -1)
    return ages


def _chunks(size: int) -> int:
    """Count a log's chunks, the last of which may be cut short."""
    return max(-(-(size - HEADER_BYTES) // CHUNK_BYTES), 0)


class Unrolled(io.RawIOBase):
    """A log whose chunks lie by age, damaged ones last; one that is cut short is filled up with zeros.

    Attributes:
        whole: chunks that look undamaged, from their beginning.
        cut: whether the last one is cut short.
    """

    def __init__(self, path: Path) -> None:
        """Open the log and look at the heads of its chunks."""
        self._log = path.open("rb")
        size = path.stat().st_size
        ages = chunk_ages(self._log, size)
        self._order = sorted(range(len(ages)), key=lambda place: (ages[place] < 0, ages[place]))
        self._size = HEADER_BYTES + len(ages) * CHUNK_BYTES
        self.whole = sum(age >= 0 for age in ages)
        self.cut = size < self._size
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place in the unrolled log."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        """Give the place in the unrolled log."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read up to so many bytes, chunk by chunk."""
        wanted = max(self._size - self._at, 0) if size < 0 else size
        parts = []
        while wanted:
            part = self._part(wanted)
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
            self._at += len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the log."""
        self._log.close()
        super().close()

    def _part(self, wanted: int) -> bytes:
        """Read what lies together on disk."""
        place, within = divmod(self._at - HEADER_BYTES, CHUNK_BYTES)
        if 0 <= place < len(self._order):
            self._log.seek(HEADER_BYTES + self._order[place] * CHUNK_BYTES + within)
            together = min(wanted, CHUNK_BYTES - within)
        elif place < 0:
            self._log.seek(self._at)
            together = min(wanted, HEADER_BYTES - self._at)
        else:
            return b""
        return self._log.read(together).ljust(together, b"\0")
