"""Zeek's logs as JSON, one object a line, as Zeek, Corelight and the usual forwarders write them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from cloison.ingest.format import Opened, Tally
from cloison.ingest.instants import read_iso
from cloison.ingest.lines import BLOCK_BYTES, Block, blocks
from cloison.ingest.ndjson import first_objects, one_a_kind, parse
from cloison.ingest.zeek import LOGS, TYPES, Raw, ZeekLog
from cloison.ingest.zeek_signs import stream_of
from cloison.model.observations import Kind

_STREAM_KEYS = ("_path", "@stream")
_OWN_KEYS = frozenset({"uid", "id.orig_h", "fuid", "conn_uids", "uids", "note"})
"""Keys that, with "ts", only Zeek writes."""

_READ_AS: Mapping[Raw, pl.DataType] = {
    **TYPES,
    Raw.COUNT: pl.Int64(),
    Raw.PORT: pl.Int64(),
}

_TEXT_TIME = re.compile(rb'"ts"\s*:\s*"')


@dataclass(frozen=True, slots=True)
class ZeekJson:
    """Zeek's logs as JSON lines; several logs may share a file when each line names its own.

    Attributes:
        block_bytes: how much is parsed at a time.
    """

    name: ClassVar[str] = "zeek-json"
    block_bytes: int = BLOCK_BYTES

    def recognise(self, head: bytes) -> bool:
        """Tell by the keys of the first object that can be read."""
        first = next(first_objects(head), None)
        if first is None or "ts" not in first:
            return False
        keys = _dotted(first)
        return any(key in keys for key in _STREAM_KEYS) or bool(keys & _OWN_KEYS) or bool(stream_of(keys))

    def stream_name(self, head: bytes) -> str:
        """Name the log: as its lines say, else by the keys of the first ones."""
        keys: set[str] = set()
        for read in first_objects(head):
            for key in _STREAM_KEYS:
                if isinstance(read.get(key), str):
                    return str(read[key])
            keys |= _dotted(read)
        return stream_of(frozenset(keys))

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give a table a block and log, by first line."""
        usual = self.stream_name(opened.head)
        with opened.stream() as stream:
            for block in blocks(stream, self.block_bytes):
                tally.rejected += block.skipped
                if block.count:
                    yield from _observations(block, usual, tally)


def _observations(block: Block, usual: str, tally: Tally) -> list[tuple[Kind, pl.DataFrame]]:
    log = LOGS.get(usual)
    raw = _raw(block, log, tally)
    named = pl.coalesce(*_STREAM_KEYS, pl.lit(usual))
    names = raw.select(named.alias("stream"))["stream"]
    tables = []
    for name in names.unique():
        other = LOGS.get(name)
        rows = raw if names.n_unique() == 1 else raw.filter(names == name)
        if other is None:
            tally.unused += rows.height
            continue
        if other is not log:  # other keys are wanted: read the block again for them
            rows = _raw(block, other, Tally()).filter(named == name)
        tables.append((other.kind, other.shape(_typed(rows, other), tally)))
    return one_a_kind(tables)


def _raw(block: Block, log: ZeekLog | None, tally: Tally) -> pl.DataFrame:
    """Read a block's lines with the keys of a log, whichever way they are spelt there."""
    columns = dict(log.columns) if log else {"ts": Raw.SECONDS}
    schema: dict[str, pl.DataType] = dict.fromkeys(_STREAM_KEYS, pl.String())
    spellings: dict[str, list[str]] = {}
    for name, raw in columns.items():
        spellings[name] = [name]
        if "." in name and f'"{name.replace(".", "_")}"'.encode() in block.data:
            spellings[name].append(name.replace(".", "_"))
        for spelt in spellings[name]:
            schema[spelt] = _READ_AS[raw]
    if _TEXT_TIME.search(block.data):
        schema["ts"] = pl.String()
    frame = parse(block, schema, tally)
    return frame.select(*_STREAM_KEYS, *(pl.coalesce(spelt).alias(name) for name, spelt in spellings.items()), "record")


def _typed(rows: pl.DataFrame, log: ZeekLog) -> pl.DataFrame:
    expressions = []
    for name, raw in log.columns.items():
        column = pl.col(name)
        if name == "ts" and rows.schema["ts"] == pl.String:
            column = pl.coalesce(column.cast(pl.Float64, strict=False), pl.lit(read_iso(rows["ts"])))
        elif TYPES[raw] == pl.String:
            column = pl.when((column != "") & (column != "-")).then(column)
        expressions.append(column.cast(TYPES[raw], strict=False).alias(name))
    return rows.select(*expressions, "record")


def _dotted(read: Mapping[str, object]) -> frozenset[str]:
    """Give an object's keys, "id_orig_h" as "id.orig_h"."""
    return frozenset(f"id.{key[3:]}" if key.startswith("id_") else key for key in read)
