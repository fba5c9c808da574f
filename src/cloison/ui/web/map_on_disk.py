"""The map that the console is about, read again when its file changes."""

from pathlib import Path
from threading import Lock

from cloison.errors import CloisonError
from cloison.model.hospital import Hospital
from cloison.store.hospital_file import load


class MapOnDisk:
    """The map's file, its last reading kept: a large map takes a second to read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._hospital: Hospital | None = None

    def hospital(self) -> Hospital | None:
        """Give the map; None when there is none yet.

        Raises:
            BadMapError: its file holds mistakes.
            MissingFileError: it may not be read.
        """
        with self._reading:
            try:
                known = self.path.stat()
            except FileNotFoundError:
                self._stamp = self._hospital = None
                return None
            stamp = (known.st_mtime_ns, known.st_size, known.st_ino)
            if stamp != self._stamp:
                self._hospital = load(self.path)
                self._stamp = stamp
            return self._hospital

    def name(self) -> str:
        """Give the hospital's name; empty when the map cannot be read: the frame of a page never fails."""
        try:
            hospital = self.hospital()
        except CloisonError:
            return ""
        return hospital.name if hospital else ""
