import polars as pl
import pytest

from cloison.ingest.zeek import LOGS, TYPES
from cloison.model.observations import SCHEMAS


@pytest.mark.parametrize("name", LOGS)
def test_every_log_gives_columns_of_its_kind_from_columns_that_are_read(name):
    log = LOGS[name]
    assert set(log.gives) <= set(SCHEMAS[log.kind])
    empty = pl.DataFrame(schema={column: TYPES[raw] for column, raw in log.columns.items()})
    empty = empty.with_columns(**{name: told(pl.col(column)) for name, (column, told) in log.told.items()})
    assert empty.select(expression.alias(column) for column, expression in log.gives.items()).height <= 1
    assert set(log.needs) <= set(SCHEMAS[log.kind])
