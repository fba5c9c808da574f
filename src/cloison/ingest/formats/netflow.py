"""Files of exported flow datagrams, one after the other: NetFlow v5 and v9, IPFIX."""

from collections.abc import Iterator
from typing import ClassVar

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.exported import Exporters, Row
from cloison.ingest.exported_looks import looks_exported, retired_version
from cloison.ingest.format import Opened, Tally
from cloison.ingest.pairing import pair_flows
from cloison.model.observations import Kind
from cloison.words import say

STRETCH = 50_000
"""Flow records in which the two halves of a conversation are looked for at once."""

BLOCK = 1 << 20
_LONGEST_DATAGRAM = 1 << 16


class NetFlow:
    """Datagrams of flow exporters, as a collector wrote them down."""

    name: ClassVar[str] = "netflow"

    def recognise(self, head: bytes) -> bool:
        """Tell by the version and what must fit it."""
        return looks_exported(head, whole=False) or retired_version(head) is not None

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # one stream only
        """There is one stream only."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give FLOW tables; `record` counts the flow records from 1.

        Raises:
            UnreadableSourceError: the datagrams are of a version that is not read.
        """
        retired = retired_version(opened.head)
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
