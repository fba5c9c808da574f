"""What listeners write down before anyone reads it: numbered segments that grow, so that a slow reader loses nothing.

Flows go to `flows-00000001.spool`; lines of syslog to `syslog/NAME-00000001.log`, which are followed as any log.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

FLOWS = "flows-"
SYSLOG = "syslog"

SEGMENT_BYTES = 64 << 20
SEGMENT_SECONDS = 300.0
"""A segment ends when it is this large or this old; it is deleted once read to its end."""

FLUSH_BYTES = 1 << 16
"""Written to the disk's cache at once beyond this, else at the next beat."""

DISK_LEFT = 1 << 30
"""Bytes left free on the disk: below, what comes is counted and not kept."""

_LOOK_AT_DISK_SECONDS = 5.0


@dataclass(slots=True)
class _Segment:
    file: int
    number: int
    began: float
    size: int = 0
    waiting: list[bytes] = field(default_factory=list)
    waiting_bytes: int = 0


class Spool:
    """Segments being written.

    Attributes:
        refused: records not kept, for want of room on the disk.
        written: bytes kept.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder, made when absent, for its owner alone; numbering goes on after what is there."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._open: dict[str, _Segment] = {}
        self._looked = float("-inf")
        self._room = True
        self.refused = 0
        self.written = 0

    def add(self, name: str, data: bytes, now: float) -> None:
        """Keep one record under a name ("flows-", "syslog/eve-").

        Args:
            name: what its segments' names begin with.
            data: the record; it is never cut in two.
            now: any clock that does not go back, in seconds.
        """
        if not self._has_room(now):
            self.refused += 1
            return
        segment = self._open.get(name)
        if segment is None or segment.size >= SEGMENT_BYTES or now - segment.began >= SEGMENT_SECONDS:
            segment = self._open[name] = self._begin(name, now)
        segment.waiting.append(data)
        segment.waiting_bytes += len(data)
        segment.size += len(data)
        if segment.waiting_bytes >= FLUSH_BYTES:
            self._flush(segment)

    def flush(self) -> None:
        """Let readers see all that was added."""
        for segment in self._open.values():
            self._flush(segment)

    def close(self) -> None:
        """Write what waits, and close."""
        for segment in self._open.values():
            self._flush(segment)
            os.close(segment.file)
        self._open.clear()

    def _begin(self, name: str, now: float) -> _Segment:
        before = self._open.pop(name, None)
        if before is not None:
            self._flush(before)
            os.close(before.file)
        folder, _, stem = name.rpartition("/")
        place = self._folder / folder
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = [
            int(number)
            for number in (path.stem.rpartition("-")[2] for path in place.glob(f"{stem}*"))
            if number.isdigit()
        ]
        number = max([before.number if before else 0, *known]) + 1
        ending = "spool" if not folder else "log"
        file = os.open(
            place / f"{stem}{number:08}.{ending}", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        return _Segment(file, number, now)

    def _flush(self, segment: _Segment) -> None:
        if not segment.waiting:
            return
        data = memoryview(b"".join(segment.waiting))
        while data:
            try:
                done = os.write(segment.file, data)
            except OSError:  # the disk is full after all
                self.refused += len(segment.waiting)
                self._room = False
                break
            self.written += done
            data = data[done:]
        segment.waiting.clear()
        segment.waiting_bytes = 0

    def _has_room(self, now: float) -> bool:
        if now - self._looked >= _LOOK_AT_DISK_SECONDS:
            self._looked = now
            facts = os.statvfs(self._folder)
            self._room = facts.f_bavail * facts.f_frsize > DISK_LEFT
        return self._room


def segments(folder: Path, name: str) -> list[tuple[str, int]]:
    """Give the segments that are there, in order, and their sizes."""
    found = []
    for path in folder.glob(f"{name}*"):
        try:
            found.append((path.name, path.stat().st_size))
        except OSError:
            continue
    return sorted(found)
