"""Packet captures, pcap and pcapng: flows by nfstream, protocols' detail by tshark where it is installed."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path
from typing import ClassVar

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.capture import LINK_HEADERS, Walk, is_capture, walk_packets, write_raw
from cloison.ingest.census import Census
from cloison.ingest.detail.tshark import read_detail
from cloison.ingest.flow_meter import Echoes, meter_flows
from cloison.ingest.format import Opened, Tally
from cloison.model.observations import Kind
from cloison.words import say, say_many

_METERED_LINKS = frozenset({0, 1, 12, 50, 101, 104, 113, 228})
"""LINKTYPE values that nfstream reads, tried one by one; the others of `LINK_HEADERS` are rewritten for it."""

_LINK_NAMES = {
    **dict.fromkeys((105, 119, 127, 163), "Wi-Fi"),
    **dict.fromkeys((189, 220, 249), "USB"),
    **dict.fromkeys((187, 201, 254), "Bluetooth"),
}


class Pcap:
    """Captures, whatever their byte order and clock."""

    name: ClassVar[str] = "pcap"

    def recognise(self, head: bytes) -> bool:
        """Tell by the magic number."""
        return is_capture(head)

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # one stream only
        """There is one stream only."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give FLOW tables, `record` counting flows, and the other kinds, `record` counting packets as Wireshark does.

        Raises:
            UnreadableSourceError: packets of a link that is not read, or a capture that no part can read.
        """
        with opened.on_disk() as path, ExitStack() as scratch:
            census = Census()
            with path.open("rb") as stream:
                for table in census.take(stream, tally):
                    yield Kind.FLOW, table
            census.exporters.remark(tally)
            _remark(census, tally)
            if not census.walk.packets:
                return
            metered = _readable(path, census.walk, opened.shown, scratch)
            echoes = Echoes(frozenset(census.echoes))
            flows = meter_flows(metered, opened.shown, echoes, tally, before=census.exporters.flows)
            kept = ((Kind.FLOW, _without_exports(table, census)) for table in flows)
            programs = iter([(Kind.FILE, census.programs.table())])
            for kind, table in _interleave(kept, read_detail(path, tally), programs):
                if table.height:
                    yield kind, table


def _remark(census: Census, tally: Tally) -> None:
    if census.walk.damaged:
        tally.remarks.append(say("the capture is cut short or damaged: what comes before is read"))
    elif not census.walk.packets:
        tally.remarks.append(say("the capture holds no packet"))
    if census.sampled:
        tally.remarks.append(
            say_many(
                "{n} sFlow datagram is not read: export NetFlow or IPFIX",
                "{n} sFlow datagrams are not read: export NetFlow or IPFIX",
                census.sampled,
            )
        )


def _interleave(
    *series: Iterator[tuple[Kind, pl.DataFrame]],
) -> Iterator[tuple[Kind, pl.DataFrame]]:
    """Merge series of tables by the time at which each table begins."""
    yield from merge(*series, key=lambda found: found[1]["seen_at"].min() or datetime.min.replace(tzinfo=UTC))


def _readable(path: Path, walk: Walk, shown: str, scratch: ExitStack) -> Path:
    """Give the capture itself, or a copy as raw IP when its links are several, or not the meter's.

    Raises:
        UnreadableSourceError: no packet is of a link that carries IP.
    """
    known = walk.links & LINK_HEADERS.keys()
    if not known:
        link = min(walk.links)
        raise UnreadableSourceError(
            say(
                "its packets are of a link that is not read: {name} (type {link})",
                name=_LINK_NAMES.get(link, "?"),
                link=link,
            ),
            fix=say("capture on an Ethernet interface, for example a switch's mirror port"),
            where=shown,
        )
    if len(walk.links) == 1 and known <= _METERED_LINKS:
        return path
    copy = Path(scratch.enter_context(tempfile.TemporaryDirectory(prefix="cloison-"))) / "raw.pcap"
    with path.open("rb") as stream, copy.open("wb") as out:
        write_raw(walk_packets(stream, Walk()), out)
    return copy


def _without_exports(table: pl.DataFrame, census: Census) -> pl.DataFrame:
    """Leave out the exporters' own datagrams: they were read as the flows that they tell."""
    if not census.export_paths:
        return table
    paths = pl.DataFrame(
        sorted(census.export_paths), schema={"src": pl.String, "dst": pl.String, "dst_port": pl.UInt16}, orient="row"
    ).with_columns(proto=pl.lit("udp"))
    return table.join(paths, on=["src", "dst", "dst_port", "proto"], how="anti", maintain_order="left")
