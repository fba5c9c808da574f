"""Make observations of a sensor's rows: times checked, addresses spelt one way, the kind's columns and no other."""

from collections.abc import Mapping

import polars as pl

from cloison.ingest.addresses import canonical
from cloison.ingest.format import Tally
from cloison.ingest.instants import end_of, instant, possible
from cloison.model.observations import SCHEMAS, Kind

_ADDRESSES = ("src", "dst", "assigned", "server")


def shape(
    kind: Kind,
    rows: pl.DataFrame,
    gives: Mapping[str, pl.Expr],
    tally: Tally,
    *,
    began: str,
    lasted: str | None,
    needs: tuple[str, ...],
    spelt: bool = False,
) -> pl.DataFrame:
    """Make a table of a kind, without the column "origin".

    Args:
        kind: what the rows become.
        rows: the sensor's columns and "record".
        gives: the kind's columns, but for the times and "record"; absent ones are null, values that do not fit
            their type too.
        tally: rows without a possible time, or without what they need, are dropped and counted there.
        began: column of seconds since 1970.
        lasted: column of seconds, if the rows last.
        needs: columns of the kind without which a row means nothing.
        spelt: addresses are known to be as `canonical` writes them.
    """
    start = instant(pl.col(began))
    seen = end_of(start, pl.col(lasted)) if lasted else start
    columns = {"ts": start, "seen_at": seen, "record": pl.col("record"), **gives}
    table = _kept(rows, possible(pl.col(began))).select(
        columns.get(name, pl.lit(None)).cast(dtype, strict=False).alias(name)
        for name, dtype in SCHEMAS[kind].items()
        if name != "origin"
    )
    if not spelt:
        table = canonical(table, *(name for name in _ADDRESSES if name in table.columns))
    table = _kept(table, pl.all_horizontal(pl.col(name).is_not_null() for name in ("ts", *needs)))
    tally.rejected += rows.height - table.height
    return table


def _kept(table: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """Keep the rows that meet a condition; copy nothing when all do, as is usual."""
    met = table.select(condition).to_series()
    return table if met.all() else table.filter(met)
