"""Feed any bytes to the readers of Windows events; nothing but the project's own errors may come out."""

import tempfile
from pathlib import Path

from cloison.errors import CloisonError
from cloison.ingest.formats.evtx import Evtx
from cloison.ingest.formats.windows_json import WindowsJson
from cloison.ingest.reading import open_reading


def one(data: bytes) -> None:
    """Read bytes as a log that is recognised, then as each format, recognised or not."""
    with tempfile.TemporaryDirectory(prefix="cloison-fuzz-") as folder:
        file = Path(folder) / "log"
        file.write_bytes(data)
        for formats in (None, [_Always(Evtx())], [_Always(WindowsJson(block_bytes=1 << 12, events=3))]):
            try:
                reading = open_reading([file], formats=formats)
                for _ in reading.batches():
                    pass
            except CloisonError:
                continue


class _Always:
    """A format that takes any file for its own."""

    def __init__(self, format_):
        self.name = format_.name
        self.read = format_.read
        self.stream_name = format_.stream_name

    @staticmethod
    def recognise(_head):
        return True
