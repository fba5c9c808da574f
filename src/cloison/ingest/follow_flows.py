"""Exported flows as a listener writes them down, datagram by datagram, with who sent each.

Written: 4 bytes of length, 16 of the exporter's address (IPv4 as ::ffff:a.b.c.d), then the datagram. Templates live as
long as the exporters are heard: they are part of what is saved.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import polars as pl

from cloison.ingest.exported import Exporters, Row
from cloison.ingest.exported_fields import Field, Template
from cloison.ingest.format import Tally
from cloison.ingest.listen_spool import FLOWS, segments
from cloison.ingest.pairing import pair_flows
from cloison.model.observations import Kind

HEADER = 20
FIRST_ORIGIN = 1 << 31
"""Origins from here on are listeners; files have those below."""

PIECE = 1 << 20
"""Bytes of datagrams decoded at a time: the two halves of a conversation are looked for within."""


class FlowSpool:
    """The datagrams of one listener.

    Attributes:
        tally: what was malformed, all exporters together.
        flows: flow records taken.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Take the spool's folder and the listener's name, "netflow 127.0.0.1:2055"."""
        self._folder = folder
        self._name = name
        self._segment = ""
        self._offset = 0
        self._exporters: dict[str, Exporters] = {}
        self._numbered = 0
        self.tally = Tally()

    def shown(self, _origin: int) -> str:
        """Give the listener's name."""
        return self._name

    def behind(self) -> int:
        """Count the bytes that are not taken."""
        return sum(
            size - (self._offset if name == self._segment else 0)
            for name, size in segments(self._folder, FLOWS)
            if name >= self._segment
        )

    def read(self, most: int) -> Iterator[tuple[int, str, Kind, pl.DataFrame]]:
        """Take what was written since: (origin, series, kind, rows)."""
        taken = 0
        while taken < most:
            data = self._next()
            if not data:
                return
            rows: list[Row] = []
            for exporter, datagram in datagrams(data):
                known = self._exporters.setdefault(exporter, Exporters())
                rows += known.read(datagram, exporter, self.tally)
            if rows:
                taken += len(rows)
                halves = [row._replace(record=self._numbered + place) for place, row in enumerate(rows, start=1)]
                self._numbered += len(rows)
                yield FIRST_ORIGIN, self._name, Kind.FLOW, pair_flows(halves)

    def forget_read(self) -> None:
        """Delete the segments that were read to their end, once a checkpoint remembers it."""
        for name, _ in segments(self._folder, FLOWS):
            if name < self._segment:
                (self._folder / name).unlink(missing_ok=True)

    def save(self) -> dict[str, Any]:
        """Give plain values, for `take_up`."""
        templates = [
            (*key, [(field.length, field.name) for field in template.fields], template.shortest, template.tells_flows)
            for known in self._exporters.values()
            for key, template in known.templates.items()
        ]
        return {
            "segment": self._segment,
            "offset": self._offset,
            "numbered": self._numbered,
            "templates": templates,
            "rejected": self.tally.rejected,
            "unused": self.tally.unused,
        }

    def take_up(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `save` gave."""
        self._segment, self._offset, self._numbered = saved["segment"], saved["offset"], saved["numbered"]
        self.tally.rejected, self.tally.unused = saved["rejected"], saved["unused"]
        for exporter, domain, number, fields, shortest, tells_flows in saved["templates"]:
            template = Template(tuple(Field(*one) for one in fields), shortest, tells_flows)
            self._exporters.setdefault(exporter, Exporters()).templates[exporter, domain, number] = template

    def _next(self) -> bytes:
        """Give the next whole datagrams, of this segment or the one after it."""
        for name, size in segments(self._folder, FLOWS):
            if name < self._segment or (name == self._segment and self._offset >= size):
                continue
            if name != self._segment:
                self._segment, self._offset = name, 0
            with (self._folder / name).open("rb") as file:
                file.seek(self._offset)
                data = file.read(PIECE)
            end = whole(data)
            if end:
                self._offset += end
                return data[:end]
            if name == max(other for other, _ in segments(self._folder, FLOWS)):
                return b""  # the listener is writing it
        return b""


def datagrams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give each datagram with its exporter's address."""
    at = 0
    while at + HEADER <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        address = IPv6Address(data[at + 4 : at + HEADER])
        yield str(address.ipv4_mapped or address), data[at + HEADER : at + HEADER + size]
        at += HEADER + size


def whole(data: bytes) -> int:
    """Give where the last whole datagram ends."""
    at = 0
    while at + HEADER <= len(data):
        end = at + HEADER + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        at = end
    return at
