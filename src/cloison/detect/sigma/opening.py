"""Take fields out of events, many events at once."""

import io
from collections.abc import Sequence

import orjson
import polars as pl


def opened(data: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    """Take fields out of flat JSON objects; null where one is missing."""
    if not names:
        return pl.DataFrame({"\0none": data})
    schema = dict.fromkeys(names, pl.String())
    lines = io.BytesIO()
    data.fill_null("{}").to_frame().write_csv(lines, include_header=False, quote_style="never")
    lines.seek(0)
    try:
        read = pl.read_ndjson(lines, schema=schema)
        if read.height == data.len():
            return read
    except pl.exceptions.PolarsError:
        pass
    # Some text is not what it should be: looked for by halves, so that the many others are still read together.
    if data.len() > FEW:
        half = data.len() // 2
        return pl.concat([opened(data[:half], names), opened(data[half:], names)])
    return pl.DataFrame([fields_of_event(text) for text in data], schema=schema, strict=False)


FEW = 32
"""Events that are opened one by one when their text is not all sound."""


def fields_of_event(text: str | None) -> dict[str, str]:
    """Take all the fields out of one event; none when its text is no JSON object."""
    try:
        read = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return {name: str(value) for name, value in read.items()} if isinstance(read, dict) else {}
