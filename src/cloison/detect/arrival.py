"""The order in which records of several kinds came."""

from collections.abc import Iterable

import polars as pl

_RECORDS = 1 << 40
"""More records than a file can hold: with it a file's number and a record's make one number."""


def in_order_of_arrival(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Put records of several kinds together, by clock, then by place in the logs, then by part.

    Those of one part stay in their order wherever the stream is cut: a late record, whose clock is that of the record
    before it, also takes the place of that one, not its own.

    Args:
        parts: one for each kind, in order, with clock, origin and record, and all with the same columns.
    """
    placed = [_placed(part) for part in parts]
    return pl.concat(placed).sort("clock", "place_in_logs", maintain_order=True).drop("place_in_logs")


def _placed(part: pl.DataFrame) -> pl.DataFrame:
    place = pl.col("origin").cast(pl.UInt64()) * _RECORDS + pl.col("record")
    part = part.with_columns(place_in_logs=place)
    back = part.select(
        ((pl.col("clock").diff() == 0) & (pl.col("place_in_logs") < pl.col("place_in_logs").shift(1))).any()
    )
    if not back.item():
        return part
    return part.with_columns(pl.col("place_in_logs").cum_max().over("clock"))
