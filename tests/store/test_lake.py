import polars as pl
import pytest
from tests.detect.traffic import batch, flow, in_order

from cloison.errors import UnwritableFileError
from cloison.model.observations import SCHEMAS, Kind
from cloison.store.lake import Lake


def test_pieces_are_read_back_as_one_table(tmp_path):
    rows = in_order([flow(i, "10.1.0.1", "10.2.0.1") for i in range(10)])
    lake = Lake(tmp_path)
    lake.add(batch(rows[:4]))
    lake.add(batch(rows[4:]))
    back = pl.read_parquet(tmp_path / "flow" / "*.parquet")
    assert back.equals(batch(rows)[Kind.FLOW])
    assert back.schema == pl.Schema(SCHEMAS[Kind.FLOW])


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "lake").write_text("a file")
    with pytest.raises(UnwritableFileError):
        Lake(tmp_path / "lake").add(batch(in_order([flow(0, "10.1.0.1", "10.2.0.1")])))
