import polars as pl

from cloison.ingest.eve_events import EVENTS, SCHEMA
from cloison.model.observations import SCHEMAS


def test_every_event_gives_columns_of_its_kind_from_keys_that_are_read():
    for event in EVENTS.values():
        assert set(event.gives) <= set(SCHEMAS[event.kind])
        empty = pl.DataFrame(schema=dict(SCHEMA))
        assert empty.select(expression.alias(name) for name, expression in event.gives.items()).is_empty()
