from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import HOUR, START, batch, busy_office, flow, in_order

from cloison.errors import UnwritableFileError
from cloison.model.observations import Kind
from cloison.store import history
from cloison.store.history import EXCHANGES, NAMES, SCHEMAS, History, Keeping, hour_files, hour_of

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def keep(folder, *batches, keeping=None):
    kept = History(folder, keeping or Keeping(), now=NOW)
    for one in batches:
        kept.add(one)
    kept.close()
    return kept


def everything(folder, table=EXCHANGES):
    rows = [hour_of(path, table).with_columns(hour=pl.lit(hour)) for hour, path in sorted(hour_files(folder, table))]
    return pl.concat(rows) if rows else pl.DataFrame(schema=SCHEMAS[table])


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_what_is_kept_does_not_depend_on_where_the_stream_is_cut(tmp_path_factory, seed, data):
    rows = in_order(busy_office(Random(seed), hours=5, calls=150))
    cut = data.draw(st.integers(0, len(rows)))
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    keep(whole, batch(rows))
    keep(parts, batch(rows[:cut]), batch(rows[cut:]))
    assert everything(whole).equals(everything(parts))
    assert everything(whole)["records"].sum() == len(rows)


def test_the_same_logs_kept_twice_add_nothing(tmp_path):
    rows = batch(in_order(busy_office(Random(1), hours=3)))
    keep(tmp_path, rows)
    once = everything(tmp_path)
    keep(tmp_path, rows)
    assert everything(tmp_path).equals(once)


def test_the_rest_of_an_hour_is_added_to_it(tmp_path):
    rows = in_order([flow(60 * i, "10.1.0.1", "10.2.0.1", src_bytes=10) for i in range(40)])
    keep(tmp_path, batch(rows[:10]))
    keep(tmp_path, batch(rows[10:]))
    kept = everything(tmp_path)
    assert kept.select("records", "src_bytes", "answered").rows() == [(40, 400, 40)]


def test_hours_may_come_in_any_order(tmp_path):
    rows = in_order([flow(HOUR * i, "10.1.0.1", "10.2.0.1") for i in range(12)])
    keep(tmp_path, *(batch([row]) for row in reversed(rows)))
    assert everything(tmp_path)["records"].to_list() == [1] * 12


def test_days_that_are_too_old_are_forgotten(tmp_path):
    rows = in_order([flow(24 * HOUR * i, "10.1.0.1", "10.2.0.1") for i in range(20)])
    keep(tmp_path, batch(rows), keeping=Keeping(days=7))
    assert len(everything(tmp_path)) == 8


def test_the_disk_is_not_filled(tmp_path):
    rows = in_order([flow(HOUR * i, "10.1.0.1", "10.2.0.1") for i in range(30)])
    keep(tmp_path, batch(rows), keeping=Keeping(gigabytes=2e-5))
    kept = everything(tmp_path)
    assert 0 < len(kept) < 30
    assert kept["hour"].max() == START + timedelta(hours=29)


def test_an_hour_that_has_not_come_yet_does_not_push_out_the_others(tmp_path):
    rows = in_order([flow(0, "10.1.0.1", "10.2.0.1"), flow(80 * 365 * 86_400, "10.1.0.1", "10.2.0.1")])
    assert keep(tmp_path, batch(rows)).dropped == 1
    assert len(everything(tmp_path)) == 1


def test_a_log_of_a_thousand_hours_leaves_a_bounded_folder(tmp_path):
    rows = in_order([flow(24 * HOUR * i, "10.1.0.1", "10.2.0.1") for i in range(-700, 20)])
    keep(tmp_path, batch(rows), keeping=Keeping(days=3))
    assert len(list(tmp_path.glob("*/*"))) == 4


def test_an_hour_of_too_many_rows_keeps_the_answered_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "ROWS", 10)
    rows = [flow(i, "10.1.0.1", f"10.2.0.{i}", answered=i >= 50) for i in range(60)]
    kept = keep(tmp_path, batch(in_order(rows)))
    assert kept.dropped == 50
    assert everything(tmp_path)["answered"].to_list() == [1] * 10


def test_only_its_owner_may_read_it(tmp_path):
    keep(tmp_path / "home", batch(in_order([flow(0, "10.1.0.1", "10.2.0.1")])))
    path = next((tmp_path / "home").glob("*/*.parquet"))
    assert (oct(path.stat().st_mode & 0o777), oct(path.parent.stat().st_mode & 0o777)) == ("0o600", "0o700")


def test_a_spoiled_hour_is_replaced_and_no_scrap_is_left(tmp_path):
    rows = batch(in_order([flow(0, "10.1.0.1", "10.2.0.1")]))
    keep(tmp_path, rows)
    path = next(tmp_path.glob("*/*.parquet"))
    path.write_bytes(b"PAR1 nonsense")
    path.with_name(".2026-03-02T00.parquet.new").write_bytes(b"half")
    keep(tmp_path, rows)
    assert len(everything(tmp_path)) == 1
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UnwritableFileError):
        keep(tmp_path / "home", batch(in_order([flow(0, "10.1.0.1", "10.2.0.1")])))


def test_nothing_read_keeps_nothing(tmp_path):
    keep(tmp_path, {})
    assert everything(tmp_path, NAMES).is_empty()
    assert Kind.FLOW not in batch([])


def test_what_is_shown_early_can_be_read_and_is_counted_once_at_the_end(tmp_path):
    rows = in_order([flow(60 * i, "10.1.0.1", "10.2.0.1", src_bytes=10) for i in range(40)])
    kept = History(tmp_path, Keeping(), now=NOW)
    for part in (rows[:15], rows[15:30], rows[30:]):
        kept.add(batch(part))
        kept.show()
        kept.show()
        assert everything(tmp_path)["records"].sum() == len(rows[: rows.index(part[-1]) + 1])
    kept.close()
    assert everything(tmp_path).select("records", "src_bytes").rows() == [(40, 400)]


def test_what_waits_in_memory_goes_on_in_another_process(tmp_path):
    rows = in_order([flow(60 * i, "10.1.0.1", "10.2.0.1", src_bytes=10) for i in range(40)])
    kept = History(tmp_path, Keeping(), now=NOW)
    kept.add(batch(rows[:20]))
    again = History(tmp_path, Keeping(), now=NOW)
    again.take_up(kept.save())
    again.add(batch(rows[20:]))
    again.close()
    assert everything(tmp_path)["records"].to_list() == [40]
