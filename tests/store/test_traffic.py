from datetime import UTC, datetime

import polars as pl
import pytest
from tests.chart.traffic import census_of, talk

from cloison.chart.census import EDGE_SCHEMA
from cloison.errors import UnwritableFileError
from cloison.model.reading import Source
from cloison.store.traffic import EXCHANGES, FILES, KeptTraffic, keep, recall

TRAFFIC = KeptTraffic(
    sources=(Source(path="/logs/conn.log", format="zeek-tsv"),), until=datetime(2026, 3, 2, 12, tzinfo=UTC)
)


def edges() -> pl.DataFrame:
    return census_of(talk("10.0.0.1", "10.0.0.2", "tcp/445")).edges()


def test_what_is_kept_is_recalled_as_it_was(tmp_path):
    keep(tmp_path / "home", edges(), TRAFFIC)
    kept = recall(tmp_path / "home", EDGE_SCHEMA)
    assert kept is not None
    assert kept[0].equals(edges())
    assert kept[1] == TRAFFIC


def test_only_its_owner_may_read_it(tmp_path):
    keep(tmp_path / "home", edges(), TRAFFIC)
    assert [oct(path.stat().st_mode & 0o777) for path in sorted((tmp_path / "home").iterdir())] == ["0o600", "0o600"]
    assert oct((tmp_path / "home").stat().st_mode & 0o777) == "0o700"


def test_nothing_kept_is_nothing_recalled(tmp_path):
    assert recall(tmp_path / "home", EDGE_SCHEMA) is None


@pytest.mark.parametrize("name", [EXCHANGES, FILES])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"PAR1 nonsense PAR1", b"\xff\xfe"])
def test_a_spoiled_file_is_not_trusted(tmp_path, name, content):
    keep(tmp_path, edges(), TRAFFIC)
    (tmp_path / name).write_bytes(content)
    assert recall(tmp_path, EDGE_SCHEMA) is None


def test_a_record_of_no_known_file_is_not_trusted(tmp_path):
    keep(tmp_path, edges().with_columns(origin=pl.lit(7, pl.UInt32)), TRAFFIC)
    assert recall(tmp_path, EDGE_SCHEMA) is None


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UnwritableFileError):
        keep(tmp_path / "home", edges(), TRAFFIC)
