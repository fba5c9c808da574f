"""Times as the sensors write them."""

import polars as pl

from cloison.model.observations import TIME

LATEST = 7_258_118_400.0
"""Seconds since 1970 of the year 2200: a time from there on is a mistake, not a moment."""

LONGEST = 366 * 86400.0
"""Seconds; a longer duration is cut to this, a negative one to nothing."""

_ISO = "%Y-%m-%dT%H:%M:%S%.f%z"


def possible(seconds: pl.Expr) -> pl.Expr:
    """Tell the times that are kept: from 1970 to 2200. Nulls and not-a-number are not."""
    return seconds.is_between(0.0, LATEST, closed="left").fill_null(value=False)


def instant(seconds: pl.Expr) -> pl.Expr:
    """Give seconds since 1970 as a time, exact to the microsecond until 2106 (2**32 seconds)."""
    return _microseconds(seconds).cast(TIME)


def end_of(start: pl.Expr, seconds: pl.Expr) -> pl.Expr:
    """Give when something ended that began at `start` and lasted some seconds; null lasts nothing."""
    lasted = seconds.fill_nan(None).clip(0.0, LONGEST).fill_null(0.0)
    return start + _microseconds(lasted).cast(pl.Duration("us"))


def read_iso(texts: pl.Series) -> pl.Series:
    """Read ISO 8601 as seconds since 1970, Float64: "2026-01-31T12:00:00.123456+0100", "Z" or nothing for UTC.

    Argus' spelling, "2026/01/31 12:00:00.123456", is read too. What cannot be read is null.
    """
    read = texts.str.to_datetime(_ISO, time_unit="us", strict=False)
    odd = read.is_null() & texts.is_not_null()
    if odd.any():
        spelt = (
            texts.str.strip_chars()
            .str.replace(r"^(\d{4})/(\d\d)/(\d\d)", "$1-$2-$3")
            .str.replace(" ", "T", literal=True)
            .str.replace(r"[Zz]$", "+0000")
            .str.replace(r"([+-]\d\d):(\d\d)$", "$1$2")
            .str.replace(r"(T[\d:.]+)$", "$1+0000")
        )
        read = read.zip_with(~odd, spelt.str.to_datetime(_ISO, time_unit="us", strict=False))
    return read.dt.epoch("us").cast(pl.Float64) / 1e6


def _microseconds(seconds: pl.Expr) -> pl.Expr:
    return (seconds * 1e6).round().cast(pl.Int64)
