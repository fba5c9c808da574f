"""Files of exported flow datagrams, one after the other: NetFlow v5 and v9, IPFIX."""

from collections.abc import Iterator
from typing import ClassVar

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.exported import IPFIX, IPFIX_HEADER, RETIRED, V5, V5_HEADER, V5_RECORD, V9, V9_HEADER, Exporters, Row
from cloison.ingest.format import Opened, Tally
from cloison.ingest.pairing import pair_flows
from cloison.model.observations import Kind
from cloison.words import say

STRETCH = 50_000
"""Flow records in which the two halves of a conversation are looked for at once."""

BLOCK = 1 << 20
_LONGEST_DATAGRAM = 1 << 16
_RETIRED_HEADERS = {1: (16, 52), 7: (24, 52), 8: (28, 8)}
"""Version -> bytes of its header, and bytes that a record takes at least."""


class NetFlow:
    """Datagrams of flow exporters, as a collector wrote them down."""

    name: ClassVar[str] = "netflow"

    def recognise(self, head: bytes) -> bool:
        """Tell by the version and what must fit it."""
        return looks_exported(head, whole=False) or _retired(head) is not None

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # one stream only
        """There is one stream only."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give FLOW tables; `record` counts the flow records from 1.

        Raises:
            UnreadableSourceError: the datagrams are of a version that is not read.
        """
        retired = _retired(opened.head)
        if retired is not None:
            raise UnreadableSourceError(
                say("{version} is not read", version=retired),
                fix=say("have the device export NetFlow v5, v9 or IPFIX"),
                where=opened.shown,
            )
        exporters = Exporters()
        rows: list[Row] = []
        for datagram_rows in _datagrams(opened, exporters, tally):
            rows += datagram_rows
            if len(rows) >= STRETCH:
                yield Kind.FLOW, pair_flows(rows)
                rows = []
        if rows:
            yield Kind.FLOW, pair_flows(rows)
        exporters.remark(tally)


def looks_exported(data: bytes, *, whole: bool) -> bool:
    """Tell whether bytes begin with a datagram of NetFlow v5, v9 or IPFIX.

    Args:
        data: from the datagram's first byte.
        whole: it is one datagram and nothing after; else it may be cut, or followed by others.
    """
    if len(data) < IPFIX_HEADER:
        return False
    version, second = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if version == V5:
        fits = len(data) == V5_HEADER + V5_RECORD * second if whole else len(data) >= V5_HEADER
        return fits and 1 <= second <= 64 and _plausible_clock(data[8:12])  # noqa: PLR2004  # 30 by the book
    if version == V9:
        # The count is of records; 4 bytes is the shortest that a record and its share of a set can be.
        return (
            len(data) >= V9_HEADER + 4
            and 1 <= second <= _LONGEST_DATAGRAM // 4
            and _plausible_clock(data[8:12])
            and _plausible_set(data[V9_HEADER : V9_HEADER + 4], reserved=(0, 1))
        )
    if version == IPFIX:
        fits = second == len(data) if whole else second >= IPFIX_HEADER
        return (
            fits
            and _plausible_clock(data[4:8])
            and (second == IPFIX_HEADER or _plausible_set(data[IPFIX_HEADER : IPFIX_HEADER + 4], reserved=(2, 3)))
        )
    return False


def _plausible_clock(seconds: bytes) -> bool:
    """From 1996, when NetFlow began, to 2100; or a router whose clock was never set, in its first ten years."""
    value = int.from_bytes(seconds, "big")
    return 820_454_400 <= value < 4_102_444_800 or value < 315_360_000  # noqa: PLR2004  # the years above


def _plausible_set(header: bytes, reserved: tuple[int, int]) -> bool:
    number, length = int.from_bytes(header[:2], "big"), int.from_bytes(header[2:4], "big")
    return (number in reserved or number > 255) and length >= 4  # noqa: PLR2004  # as `Exporters` reads sets


def _retired(head: bytes) -> str | None:
    """Name the version when these are datagrams of a retired NetFlow."""
    version, count = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:4], "big")
    if version not in RETIRED:
        return None
    header, record = _RETIRED_HEADERS[version]
    fits = 1 <= count <= 64 and len(head) >= header + count * record and _plausible_clock(head[8:12])  # noqa: PLR2004
    return RETIRED[version] if fits else None


def _datagrams(opened: Opened, exporters: Exporters, tally: Tally) -> Iterator[list[Row]]:
    """Read the file datagram by datagram, with a bounded part of it in memory."""
    with opened.stream() as stream:
        data, at, ended = b"", 0, False
        while True:
            if not ended and len(data) - at < 2 * _LONGEST_DATAGRAM:
                block = stream.read(BLOCK)
                ended = not block
                data, at = data[at:] + block, 0
                if not ended:
                    continue
            if at >= len(data):
                return
            if not looks_exported(data[at : at + 64], whole=False):
                # Where the next datagram begins cannot be told.
                tally.rejected += 1
                tally.remarks.append(say("what follows the last whole datagram is not a datagram"))
                return
            rows, at = exporters.read_next(data, at, "", tally)
            yield rows
