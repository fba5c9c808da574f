from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cloison.model.people import Person, PersonId, Role
from cloison.store import sessions
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.sessions import Session, Stage

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
END = NOW + timedelta(hours=14)
ANNE = Person(id=PersonId("p1"), login="a.durand", name="A. Durand", role=Role.ON_CALL, created_at=NOW)


def session(digest="d1", **more):
    given = {"stage": Stage.OPEN, "csrf": "c", "created_at": NOW, "seen_at": NOW, "ends_at": END, **more}
    return Session(digest=digest, person=ANNE.id, **given)


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    add_person(made, ANNE)
    return made


def test_a_session_comes_back_as_it_was_until_it_is_over(database):
    kept = session(address="10.0.0.1", agent="Firefox", factor="totp", challenge="x")
    sessions.add_session(database, kept)
    assert sessions.session_of(database, "d1", now=NOW) == kept
    assert sessions.session_of(database, "d1", now=END) is None
    assert sessions.session_of(database, "d2", now=NOW) is None


def test_a_new_session_sweeps_those_that_are_over(database):
    sessions.add_session(database, session(ends_at=NOW))
    sessions.add_session(database, session("d2"))
    assert [one.digest for one in sessions.sessions_of(database, ANNE.id, now=NOW - timedelta(days=1))] == ["d2"]


def test_a_session_changes_is_seen_and_ends(database):
    sessions.add_session(database, session())
    sessions.change_session(database, session(stage=Stage.LOCKED))
    later = NOW + timedelta(minutes=3)
    sessions.see_session(database, "d1", now=later)
    assert sessions.session_of(database, "d1", now=NOW) == session(stage=Stage.LOCKED, seen_at=later)
    sessions.end_session(database, "d1")
    assert sessions.session_of(database, "d1", now=NOW) is None


def test_a_persons_other_sessions_end_and_one_may_stay(database):
    for digest in ("d1", "d2", "d3"):
        sessions.add_session(database, session(digest))
    sessions.end_sessions_of(database, ANNE.id, but="d2")
    assert [one.digest for one in sessions.sessions_of(database, ANNE.id, now=NOW)] == ["d2"]
    sessions.end_sessions_of(database, ANNE.id)
    assert sessions.sessions_of(database, ANNE.id, now=NOW) == ()


def guess(database, *keys, now=NOW, pause=timedelta()):
    memory = timedelta(hours=24)
    return sessions.begin_guess(database, keys, lambda _key, count: count * pause, now=now, memory=memory)


def test_a_guess_is_counted_before_it_is_looked_at_and_waits_for_the_slowest_of_its_counts(database):
    second = timedelta(seconds=1)
    assert guess(database, "a", pause=second) == timedelta()
    assert guess(database, "a", "b", now=NOW + second, pause=second) == timedelta()
    assert guess(database, "a", "b", now=NOW + second, pause=second) == 2 * second
    assert guess(database, "a", now=NOW + 3 * second, pause=second) == timedelta()
    assert guess(database, "b", now=NOW + 3 * second, pause=second) == timedelta()


def test_old_failures_are_forgotten(database):
    guess(database, "a")
    assert guess(database, "a", now=NOW + timedelta(hours=25), pause=timedelta(days=9)) == timedelta()


def test_a_right_guess_takes_its_own_count_back(database):
    day = timedelta(days=1)
    for _ in range(3):
        guess(database, "account", "place")
    sessions.end_guess(database, forgotten=["account"], lessened=["place"])
    assert guess(database, "account", pause=day) == timedelta()
    assert guess(database, "place", pause=day) == 2 * day


def test_many_guesses_at_once_are_as_many_guesses_one_after_the_other(database):
    def one(_):
        pause = lambda _key, count: timedelta(seconds=1 if count >= 4 else 0)  # noqa: E731
        return sessions.begin_guess(database, ["a"], pause, now=NOW, memory=timedelta(hours=1))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(24))) == [timedelta()] * 4 + [timedelta(seconds=1)] * 20
