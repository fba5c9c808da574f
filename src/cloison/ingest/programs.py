"""Windows programs that pass in clear through a capture, known by how they begin."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import polars as pl

from cloison.ingest.capture import Packet, segment
from cloison.model.observations import SCHEMAS, TIME, Kind

_STUBS = (b"This program cannot be run in DOS mode", b"This program must be run under Win32")
"""What linkers put after a program's first header, for who starts it under DOS."""

_MAGIC = b"MZ"  # [PE format], "MS-DOS stub"
_HEADER = 0x100
"""The header and the text lie within so many bytes."""

MOST = 10_000
"""Programs told of a capture at most."""

MIME = "application/x-dosexec"

_PROTOCOLS = {
    **dict.fromkeys((80, 3128, 8000, 8008, 8080, 8081, 8888), "http"),
    **dict.fromkeys((139, 445), "smb"),
    **dict.fromkeys((20, 21), "ftp-data"),
    **dict.fromkeys((25, 587, 2525), "smtp"),
}
"""Port of either side -> protocol; any other is "tcp"."""


@dataclass(slots=True)
class Programs:
    """The beginnings of programs seen so far, about 200 bytes each."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def look(self, packet: Packet) -> None:
        """Look whether a program begins in a packet: both the magic number and the text that follows it."""
        if b"This program " not in packet.data or len(self.rows) >= MOST:
            return
        place = max(packet.data.find(stub) for stub in _STUBS)
        if place < 0 or packet.data.rfind(_MAGIC, max(0, place - _HEADER), place) < 0:
            return
        ends = segment(packet)
        if ends is None:
            return
        self.rows.append(
            {
                "ts": packet.time_us,
                "seen_at": packet.time_us,
                "record": packet.number,
                "src": str(ip_address(ends.src)),
                "dst": str(ip_address(ends.dst)),
                "protocol": _PROTOCOLS.get(ends.src_port) or _PROTOCOLS.get(ends.dst_port) or "tcp",
                "mime": MIME,
            }
        )

    def table(self) -> pl.DataFrame:
        """Give a FILE table, without `origin`, in the order of the packets."""
        schema = {name: dtype for name, dtype in SCHEMAS[Kind.FILE].items() if name != "origin"}
        raw = pl.DataFrame(self.rows, schema={**schema, "ts": pl.Int64(), "seen_at": pl.Int64()})
        return raw.with_columns(pl.from_epoch(name, time_unit="us").cast(TIME) for name in ("ts", "seen_at"))
