"""Suricata's EVE log: one JSON event a line, all kinds in one file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from cloison.ingest.eve_events import EVENTS, SCHEMA, EveEvent
from cloison.ingest.format import Opened, Tally
from cloison.ingest.instants import read_iso
from cloison.ingest.lines import BLOCK_BYTES, blocks
from cloison.ingest.ndjson import first_objects, one_a_kind, parse
from cloison.ingest.shape import shape
from cloison.model.observations import Kind


@dataclass(frozen=True, slots=True)
class Eve:
    """Suricata's EVE JSON.

    Attributes:
        block_bytes: how much is parsed at a time.
    """

    name: ClassVar[str] = "eve"
    block_bytes: int = BLOCK_BYTES

    def recognise(self, head: bytes) -> bool:
        """Tell by the keys of the first object that can be read."""
        first = next(first_objects(head), {})
        return isinstance(first.get("event_type"), str) and "timestamp" in first

    def stream_name(self, head: bytes) -> str:  # noqa: ARG002  # there is one log only  # there is one log only
        """Give no name: every event is in the one log."""
        return ""

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give a table a block and kind, by first line."""
        with opened.stream() as stream:
            for block in blocks(stream, self.block_bytes):
                tally.rejected += block.skipped
                if block.count:
                    yield from _observations(parse(block, SCHEMA, tally), tally)


def _observations(raw: pl.DataFrame, tally: Tally) -> list[tuple[Kind, pl.DataFrame]]:
    tables = []
    for (name,), rows in raw.group_by("event_type", maintain_order=True):
        event = EVENTS.get(str(name))
        if name is None:
            tally.rejected += rows.height
        elif event is None:
            tally.unused += rows.height
        else:
            tables.append((event.kind, _shape(rows, event, tally)))
    return one_a_kind(tables)


def _shape(rows: pl.DataFrame, event: EveEvent, tally: Tally) -> pl.DataFrame:
    told = pl.col("timestamp") if event.began is None else pl.coalesce(event.began, "timestamp")
    began = read_iso(rows.select(told.alias("began")).to_series())
    rows = rows.with_columns(began.alias("began"))
    if event.ended is not None:
        ended = read_iso(rows.select(event.ended.alias("ended")).to_series())
        rows = rows.with_columns((ended - began).alias("lasted"))
    lasted = "lasted" if event.ended is not None else None
    return shape(event.kind, rows, event.gives, tally, began="began", lasted=lasted, needs=event.needs)
