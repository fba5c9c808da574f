"""The hospital's time runs as fast as it is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloison.rehearse.range.clock import Clock

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


def test_a_day_lasts_ten_minutes_at_144_times_the_pace():
    began = datetime(2026, 11, 22, 9, tzinfo=UTC)
    clock = Clock(began=began, origin=datetime(2026, 3, 2, tzinfo=UTC), speed=144)
    assert clock.lasting(timedelta(hours=24)) == timedelta(minutes=10)
    assert clock.at(began + timedelta(minutes=5)) == datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(MOMENTS, MOMENTS, MOMENTS, st.integers(1, 1000))
def test_real_moments_and_the_hospital_s_answer_each_other(began, origin, now, speed):
    clock = Clock(began=began, origin=origin, speed=speed)
    assert abs(clock.real(clock.at(now)) - now) < timedelta(milliseconds=1)
