"""What watches the range: a capture point and a flow exporter on the router's mirror port, in a namespace of their own.

Every packet that reaches the router comes by once, also what the router then refuses, as from a switch's mirror port.
What stays within one zone does not: a zone is one network, and no packet of it crosses the router.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cloison.model.hospital import ZoneId
from cloison.rehearse.range.layout import SENSORS
from cloison.rehearse.range.network import SPAN
from cloison.rehearse.range.place import Namespace

COLLECTOR = ("127.0.0.1", "2055")

_ROTATE = 2
"""Seconds between two files of flows: the least that nfcapd takes (nfcapd(1))."""

_KEPT_FILES, _FILE_KILOBYTES = 64, 16_384
"""A ring of at most 1 GB of captures, unless the range records."""

_BUFFER_MEGABYTES = 16


@dataclass(slots=True, kw_only=True)
class Sensors:
    """The sensors of one range.

    Attributes:
        folder: where they write: `captures` (pcap) and `flows` (nfcapd files, from NetFlow v9).
        keep_all: keep every packet (a recording), not the last gigabyte.
        seconds: how often a new capture file is begun.
    """

    folder: Path
    keep_all: bool = False
    seconds: int = 10
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def captures(self) -> Path:
        """Folder of capture files; the newest is being written."""
        return self.folder / "captures"

    @property
    def flows(self) -> Path:
        """Folder of flow files; the one whose name says `current` is being written."""
        return self.folder / "flows"

    def start(self) -> None:
        """Start them.

        Raises:
            RangeError: one is not installed.
        """
        for folder in (self.captures, self.flows):
            folder.mkdir(parents=True, exist_ok=True)
        ring = ["-b", f"duration:{self.seconds}"]
        if not self.keep_all:
            ring += ["-b", f"filesize:{_FILE_KILOBYTES}", "-b", f"files:{_KEPT_FILES}"]
        capture = ["dumpcap", "-q", "-P", "-B", str(_BUFFER_MEGABYTES), "-i", SPAN, *ring]
        capture += ["-w", str(self.captures / "range.pcap")]
        address, port = COLLECTOR
        collect = ["nfcapd", "-b", address, "-p", port, "-w", str(self.flows), "-t", str(_ROTATE), "-S", "0"]
        export = [sys.executable, "-m", "cloison.rehearse.range.exporting", SPAN, address, port]
        place = Namespace(zone=ZoneId(SENSORS), namespace=SENSORS, addresses={})
        for name, argv in (("capture", capture), ("collector", collect), ("exporter", export)):
            self.running[name] = place.spawn(argv, name=name, folder=self.folder)

    def stop(self) -> None:
        """End them, the exporter first: it tells the flows that it still holds."""
        for name in ("exporter", "collector", "capture"):
            if name in self.running:
                self.running[name].terminate()
                try:
                    self.running.pop(name).wait(5)
                except subprocess.TimeoutExpired:
                    continue

    def asleep(self) -> tuple[str, ...]:
        """Name those that have ended."""
        return tuple(name for name, process in self.running.items() if process.poll() is not None)
