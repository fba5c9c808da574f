"""A first walk through a capture: what it is made of, and the flows that exporters told in it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import BinaryIO

import polars as pl

from cloison.ingest.capture import UDP, Datagram, Walk, datagram, walk_packets
from cloison.ingest.exported import Exporters, Row
from cloison.ingest.exported_looks import looks_exported, looks_sampled
from cloison.ingest.format import Tally
from cloison.ingest.pairing import pair_flows
from cloison.ingest.programs import Programs

STRETCH = 50_000
"""Flow records in which the two halves of a conversation are looked for at once."""

MOST_PAIRS = 500_000
"""Pairs of hosts remembered for their echo requests: about 60 MB."""

_ECHO_REQUESTS = ((1, 8), (58, 128))
_UDP_HEADER = 8


@dataclass(slots=True)
class Census:
    """What the first walk learns.

    Attributes:
        walk: packets, links, damage.
        exporters: what is known of those whose datagrams are in the capture.
        export_paths: (exporter, collector, port) whose datagrams were read as flows.
        echoes: "src>dst" of ICMP echo requests.
        sampled: sFlow datagrams, which are not read.
        programs: Windows programs that pass in clear.
    """

    walk: Walk = field(default_factory=Walk)
    exporters: Exporters = field(default_factory=Exporters)
    export_paths: set[tuple[str, str, int]] = field(default_factory=set)
    echoes: set[str] = field(default_factory=set)
    sampled: int = 0
    programs: Programs = field(default_factory=Programs)

    def take(self, stream: BinaryIO, tally: Tally) -> Iterator[pl.DataFrame]:
        """Walk to the end; give FLOW tables of the flows told by exporters, `record` counting them from 1."""
        rows: list[Row] = []
        for packet in walk_packets(stream, self.walk):
            self.programs.look(packet)
            found = datagram(packet)
            if found is None:
                continue
            if found.protocol == UDP:
                rows += self._udp(found, tally)
            elif (found.protocol, found.payload[:1]) in _ECHO_HEADS and len(self.echoes) < MOST_PAIRS:
                self.echoes.add(f"{ip_address(found.src)}>{ip_address(found.dst)}")
            if len(rows) >= STRETCH:
                yield pair_flows(rows)
                rows = []
        if rows:
            yield pair_flows(rows)

    def _udp(self, found: Datagram, tally: Tally) -> list[Row]:
        payload = found.payload
        if len(payload) < _UDP_HEADER:
            return []
        port, length = struct.unpack_from(">HH", payload, 2)
        told = payload[_UDP_HEADER : max(length, _UDP_HEADER)]
        if looks_exported(told, whole=True):
            exporter = str(ip_address(found.src))
            rows = self.exporters.read(told, exporter, tally)
            if rows:
                self.export_paths.add((exporter, str(ip_address(found.dst)), port))
            return rows
        self.sampled += looks_sampled(told)
        return []


_ECHO_HEADS = {(protocol, bytes([kind])) for protocol, kind in _ECHO_REQUESTS}
