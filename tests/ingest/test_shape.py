import polars as pl

from cloison.ingest.format import Tally
from cloison.ingest.shape import shape
from cloison.model.observations import SCHEMAS, Kind


def test_rows_without_a_time_or_what_they_need_are_dropped_and_counted():
    rows = pl.DataFrame(
        {
            "t": [1.0, float("nan"), 2.0, 3.0],
            "lasts": [0.5, 0.0, -1.0, None],
            "a": ["192.0.2.1", "192.0.2.1", "nobody", "2001:DB8::0001"],
            "b": ["192.0.2.2"] * 4,
            "port": [70000, 1, 1, 443],
            "record": [1, 2, 3, 4],
        }
    )
    tally = Tally()
    gives = {"src": pl.col("a"), "dst": pl.col("b"), "dst_port": pl.col("port")}
    table = shape(Kind.TLS, rows, gives, tally, began="t", lasted="lasts", needs=("src", "dst"))
    assert list(table.columns) == [name for name in SCHEMAS[Kind.TLS] if name != "origin"]
    assert table["src"].to_list() == ["192.0.2.1", "2001:db8::1"]
    assert table["dst_port"].to_list() == [None, 443]
    assert table["seen_at"].dt.epoch("us").to_list() == [1_500_000, 3_000_000]
    assert tally.rejected == 2
