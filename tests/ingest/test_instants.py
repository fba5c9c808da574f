from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.instants import LONGEST, end_of, instant, possible, read_iso

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2105, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


@given(MOMENTS)
def test_seconds_with_six_decimals_are_read_to_the_microsecond(moment):
    whole = round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    written = pl.DataFrame({"ts": [f"{whole // 10**6}.{whole % 10**6:06d}"]}).cast(pl.Float64)
    assert written.select(instant(pl.col("ts"))).item() == moment


@given(MOMENTS, st.integers(-12, 14))
def test_iso_times_are_read_in_any_zone(moment, hours):
    zoned = moment.astimezone(timezone(timedelta(hours=hours)))
    texts = [zoned.strftime("%Y-%m-%dT%H:%M:%S.%f%z"), zoned.isoformat(), moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")]
    texts.append(moment.strftime("%Y/%m/%d %H:%M:%S.%f"))
    assert read_iso(pl.Series(texts)).to_list() == pytest.approx([moment.timestamp()] * 4, abs=1e-6)


def test_what_is_no_time_is_null():
    assert read_iso(pl.Series(["", "yesterday", "2026-13-01T00:00:00Z", None])).to_list() == [None] * 4


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [
        (0.0, True),
        (19.98, True),
        (4.3e9, True),
        (7.3e9, False),
        (-1.0, False),
        (float("nan"), False),
        (float("inf"), False),
        (None, False),
    ],
)
def test_times_are_kept_from_1970_to_2200(seconds, kept):
    assert pl.DataFrame({"ts": [seconds]}, schema={"ts": pl.Float64}).select(possible(pl.col("ts"))).item() is kept


@pytest.mark.parametrize(
    ("lasted", "seconds"),
    [(None, 0), (-5.0, 0), (2.5, 2.5), (1e12, LONGEST), (float("nan"), 0), (float("inf"), LONGEST)],
)
def test_absurd_durations_are_cut(lasted, seconds):
    table = pl.DataFrame({"ts": [100.0], "lasted": [lasted]}, schema={"ts": pl.Float64, "lasted": pl.Float64})
    end = table.select(end_of(instant(pl.col("ts")), pl.col("lasted"))).item()
    assert end == datetime(1970, 1, 1, 0, 1, 40, tzinfo=UTC) + timedelta(seconds=seconds)
