"""Zeek's conn.log read in machine code: it is nearly all of what a sensor writes, and nearly all of it is plain."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from cloison.ingest.addresses import spelt
from cloison.ingest.format import Tally
from cloison.ingest.tabbed import NONE, Ints, Plain, Sort, read_plain
from cloison.ingest.zeek import LOGS, TYPES, Raw

_CONN = LOGS["conn"]
_SORTS = {Raw.SECONDS: Sort.SECONDS, Raw.COUNT: Sort.NUMBER, Raw.PORT: Sort.PORT, Raw.NAME: Sort.TEXT}
_ENDS = ("id.orig_h", "id.resp_h")

UNSET = "-"
"""The only way of writing an absent number that is read here; Zeek's own, unless it is told another."""


def read_connections(
    data: bytes, lines: int, *, first: int, separator: bytes, fields: Sequence[str], empty: str, tally: Tally
) -> tuple[pl.DataFrame, Ints]:
    """Make observations of the plain lines of a block.

    Args:
        data: whole lines.
        lines: how many.
        first: number in the file of the first one.
        separator: one byte.
        fields: the columns' names.
        empty: what stands for an empty text.
        tally: records that cannot be used are counted there.

    Returns:
        The observations, and the other lines as in `Plain.others`.
    """
    places = {name: place for place, name in reversed(list(enumerate(fields))) if name in _CONN.columns}
    sorts = [Sort.SKIPPED] * len(fields)
    for name, place in places.items():
        sorts[place] = _SORTS[_CONN.columns[name]]
    plain = read_plain(data, lines, separator, sorts)
    ordered = sorted(places, key=lambda name: places[name])
    columns = {"record": pl.Series(plain.lines, dtype=pl.Int64).cast(pl.UInt64) + first}
    columns |= _numbers(plain, [name for name in ordered if _CONN.columns[name] is not Raw.NAME])
    known = _texts(plain, [name for name in ordered if _CONN.columns[name] is Raw.NAME], empty)
    raw = pl.DataFrame(columns | known[0])
    absent = (pl.lit(None, TYPES[sort]).alias(name) for name, sort in _CONN.columns.items() if name not in places)
    return _CONN.shape(raw.with_columns(*absent), tally, spelt=known[1]), plain.others


def _numbers(plain: Plain, names: Sequence[str]) -> dict[str, pl.Series]:
    seconds, numbers = iter(plain.seconds), iter(plain.numbers)
    columns = {}
    for name in names:
        if _CONN.columns[name] is Raw.SECONDS:
            columns[name] = pl.Series(next(seconds)).fill_nan(None)
            continue
        told = next(numbers)
        column = pl.Series(told)
        if told.max(initial=0) == NONE:
            column = column.set(pl.Series(told == NONE), None)
        columns[name] = column.cast(TYPES[_CONN.columns[name]])
    return columns


def _texts(plain: Plain, names: Sequence[str], empty: str) -> tuple[dict[str, pl.Series], bool]:
    """Give the columns of text, with what each text alone tells; and whether addresses are spelt as all others are."""
    met = pl.DataFrame({"text": pl.Series(plain.texts, dtype=pl.String)})
    met = met.select(pl.when(~pl.col("text").is_in([UNSET, empty, ""])).then("text").alias("text"))
    alone = {
        name: (column, met.select(told(pl.col("text"))).to_series()) for name, (column, told) in _CONN.told.items()
    }
    columns, usual = {}, True
    well_spelt = spelt(met["text"])
    for name, codes in zip(names, plain.codes, strict=True):
        places = pl.Series(codes.view(np.uint32))
        columns[name] = met["text"].gather(places)
        columns |= {told: series.gather(places) for told, (column, series) in alone.items() if column == name}
        usual = usual and (name not in _ENDS or bool(well_spelt[codes].all()))
    return columns, usual
