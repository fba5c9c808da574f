import polars as pl
import pytest

from cloison.model.observations import COMMON, SCHEMAS, Kind, conform, empty


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_table_has_the_columns_of_its_kind(kind):
    table = empty(kind)
    assert table.is_empty()
    assert table.schema == pl.Schema(SCHEMAS[kind])
    assert list(table.schema)[: len(COMMON)] == list(COMMON)


def test_conforming_adds_what_is_absent_orders_casts_and_drops_the_rest():
    table = conform(Kind.DNS, pl.DataFrame({"query": ["a.example"], "origin": [0], "other": [1]}))
    assert table.schema == pl.Schema(SCHEMAS[Kind.DNS])
    assert table.row(0, named=True)["query"] == "a.example"
    assert table["src"].to_list() == [None]
    assert conform(Kind.DNS, table).equals(table)


def test_a_value_that_does_not_fit_is_refused():
    with pytest.raises(pl.exceptions.InvalidOperationError):
        conform(Kind.FLOW, pl.DataFrame({"src_port": [70_000]}))
