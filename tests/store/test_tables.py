from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cloison.store.database import Database
from cloison.store.tables import Moment, attempts, metadata

PARIS = timezone(timedelta(hours=1))


def test_a_moment_comes_back_as_the_same_instant_in_utc(tmp_path):
    with Database.at(tmp_path).write() as connection:
        connection.execute(insert(attempts).values(key="a", failures=1, last_at=datetime(2026, 3, 4, 2, tzinfo=PARIS)))
        assert connection.execute(select(attempts.c.last_at)).scalar_one() == datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_moments_sort_as_they_follow_each_other(dialect):
    start = datetime(2026, 3, 4, 23, 59, 59, 999999, tzinfo=UTC)
    moments = [start + timedelta(microseconds=step) for step in (0, 1, 2, 10**6)]
    written = [Moment().process_bind_param(moment, dialect) for moment in moments]
    assert written == sorted(written)


def test_every_table_has_a_key():
    assert {table.name for table in metadata.tables.values() if not table.primary_key.columns} == set()
