"""A recording tells what crossed the router, or that nothing did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloison.errors import RangeError, UnwritableFileError
from cloison.ops.range_keeping import Orders
from cloison.ops.range_recording import record

ORDERS = Orders(
    folder=None, nonce="n", origin=datetime(2026, 3, 2, 8, tzinfo=UTC), life=timedelta(minutes=12), speed=1800
)


@pytest.mark.usefixtures("needs_range")
def test_a_hospital_where_nothing_lives_gives_no_recording(tmp_path):
    seen = []
    with pytest.raises(RangeError, match="nothing crossed the router"):
        record(replace(ORDERS, folder=tmp_path / "range", furnished=False), tmp_path / "out", on_step=seen.append)
    assert seen
    assert all(0 <= share <= 1 for share in seen)


def test_a_folder_that_cannot_be_written_is_told_before_anything_begins(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFileError):
        record(replace(ORDERS, folder=tmp_path / "range"), tmp_path / "file" / "out")
    assert not (tmp_path / "range").exists()
