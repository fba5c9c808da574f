"""Parse blocks of JSON, one object a line, fast when the lines are good and surely when some are not."""

import json
from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from polars.exceptions import PanicException, PolarsError

from cloison.ingest.format import Tally
from cloison.ingest.lines import Block, line_starts
from cloison.model.observations import Kind

_HEAD_LINES = 50

_SMALL = 64
"""Lines: a bad stretch is halved down to this, then judged line by line."""


def parse(block: Block, schema: Mapping[str, pl.DataType], tally: Tally) -> pl.DataFrame:
    """Read the wanted keys of each object; absent or of another type, they are null.

    Args:
        block: whole lines.
        schema: wanted keys. Whole numbers must be Int64: Polars' reader knows no other integer.
        tally: lines that are no JSON object are counted as rejected; blank lines are not counted.

    Returns:
        The columns of `schema` and "record", the line's number.
    """
    data = block.data
    frame = _try(data, schema)
    if frame is not None and frame.height == block.count:
        records = pl.int_range(block.first, block.first + block.count, dtype=pl.UInt64)
        return _objects(frame.with_columns(records.alias("record")), data, schema, tally)
    starts = line_starts(data)
    written = np.flatnonzero(np.diff(starts) > 1)  # the others hold a newline only
    lines = [(block.first + int(i), data[starts[i] : starts[i + 1]]) for i in written]
    return _by_halves([pair for pair in lines if _may_be_object(pair[1], tally)], schema, tally)


def one_a_kind(tables: list[tuple[Kind, pl.DataFrame]]) -> list[tuple[Kind, pl.DataFrame]]:
    """Put the tables of a block that are of one kind together, in the file's order; drop the empty ones."""
    by_kind: dict[Kind, list[pl.DataFrame]] = {}
    for kind, table in tables:
        if table.height:
            by_kind.setdefault(kind, []).append(table)
    joined = [
        (kind, parts[0] if len(parts) == 1 else pl.concat(parts).sort("record")) for kind, parts in by_kind.items()
    ]
    return sorted(joined, key=lambda pair: int(pair[1]["record"][0]))


def first_objects(head: bytes) -> Iterator[dict[str, object]]:
    """Give the objects of the first lines that can be read."""
    for line in head.lstrip(b"\xef\xbb\xbf \r\n").split(b"\n")[:_HEAD_LINES]:
        if not line.startswith(b"{"):
            continue
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            yield read


def _by_halves(lines: list[tuple[int, bytes]], schema: Mapping[str, pl.DataType], tally: Tally) -> pl.DataFrame:
    """Parse (record, line) pairs together; when they cannot be, parse each half."""
    frame = _try(b"".join(line for _, line in lines), schema) if lines else pl.DataFrame(schema=dict(schema))
    if frame is not None and frame.height == len(lines):
        return frame.with_columns(pl.Series("record", [record for record, _ in lines], dtype=pl.UInt64))
    if len(lines) > _SMALL:
        half = len(lines) // 2
        return pl.concat([_by_halves(part, schema, tally) for part in (lines[:half], lines[half:])])
    parsed = [(record, _one(line, schema)) for record, line in lines]
    rows = [
        frame.with_columns(pl.lit(record, pl.UInt64).alias("record")) for record, frame in parsed if frame is not None
    ]
    tally.rejected += len(lines) - len(rows)
    return pl.concat([pl.DataFrame(schema={**schema, "record": pl.UInt64()}), *rows])


def _one(line: bytes, schema: Mapping[str, pl.DataType]) -> pl.DataFrame | None:
    """Read one line, mending what Polars refuses and JSON's readers often let pass (bytes that are not UTF-8)."""
    frame = _try(line, schema)
    if frame is not None and frame.height == 1:
        return frame
    try:
        read = json.loads(line.decode("utf-8", "replace"), strict=False)
        if not isinstance(read, dict):
            return None
        frame = _try(json.dumps({key: read[key] for key in schema if key in read}).encode(), schema)
    except (ValueError, RecursionError):
        return None
    return frame if frame is not None and frame.height == 1 else None


def _try(data: bytes, schema: Mapping[str, pl.DataType]) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(data, schema=dict(schema), ignore_errors=True)
    except (PolarsError, PanicException, OSError):  # bytes that begin as compressed ones do are decompressed by Polars
        return None


def _objects(frame: pl.DataFrame, data: bytes, schema: Mapping[str, pl.DataType], tally: Tally) -> pl.DataFrame:
    """Drop the lines that hold JSON, but no object: their keys are all null."""
    hollow = frame.filter(pl.all_horizontal(pl.col(name).is_null() for name in schema))
    if hollow.is_empty():
        return frame
    first = int(frame["record"][0])
    starts = line_starts(data)
    bad = []
    for record in hollow["record"].to_list():
        line = data[starts[record - first] : starts[record - first + 1]].strip()
        if not line.startswith(b"{"):
            bad.append(record)
    tally.rejected += len(bad)
    return frame.filter(~pl.col("record").is_in(pl.Series(bad, dtype=pl.UInt64).implode()))


def _may_be_object(line: bytes, tally: Tally) -> bool:
    line = line.strip()
    if line.startswith(b"{") and line.endswith(b"}"):
        return True
    tally.rejected += bool(line)
    return False
