from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloison.model.notice import Notice, NoticeKind, NoticeStatus
from cloison.store.database import Database
from cloison.store.notices import TOPIC, claim_notice, mark_notice, notices, put_notice, queue_notice, waiting_notices
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def notice(text="hello"):
    return Notice(kind=NoticeKind.TRIAL, text=say("{text} at {when}", text=text, when=NOON), case="c1")


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def test_what_is_queued_waits_until_it_is_marked_sent(database):
    queue_notice(database, notice("one"), NOON)
    queue_notice(database, notice("two"), NOON)
    first, second = waiting_notices(database)
    assert (first.notice, first.next_at, first.attempts) == (notice("one"), NOON, 0)
    mark_notice(database, replace(first, status=NoticeStatus.SENT, next_at=None, attempts=1))
    assert waiting_notices(database) == (second,)
    assert [kept.status for kept in notices(database)] == [NoticeStatus.WAITING, NoticeStatus.SENT]
    assert notices(database, since=NOON + timedelta(seconds=1)) == ()


def test_of_two_who_look_at_the_queue_one_takes_a_notice(database):
    queue_notice(database, notice(), NOON)
    (seen,) = waiting_notices(database)
    later = NOON + timedelta(minutes=5)
    assert claim_notice(database, seen, later)
    assert not claim_notice(database, seen, later)
    assert [kept.next_at for kept in waiting_notices(database)] == [later]


def test_a_notice_is_queued_with_what_it_tells_or_not_at_all(database):
    with pytest.raises(ZeroDivisionError), database.write(TOPIC) as connection:
        _put_and_crash(connection)
    assert waiting_notices(database) == ()


def _put_and_crash(connection):
    put_notice(connection, notice(), NOON)
    return 1 / 0
