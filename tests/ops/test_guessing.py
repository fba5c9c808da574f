from datetime import UTC, datetime, timedelta

import pytest
from tests.ops.people import someone

from cloison.errors import SignInError, TooManyAttemptsError
from cloison.model.notice import NoticeKind
from cloison.ops.entrance import LONGEST_WAIT, Client, Entrance
from cloison.ops.guessing import MANY, MANY_IN_ALL, SILENCE, many, tell_of_guesses
from cloison.store.database import Database
from cloison.store.home_key import HomeKey
from cloison.store.logbook import entries
from cloison.store.notices import notices

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)


@pytest.fixture
def door(tmp_path):
    made = Entrance(Database.at(tmp_path), HomeKey.of(tmp_path))
    someone(made.database)
    yield made
    made.database.close()


def guess(door, address, now):
    with pytest.raises((SignInError, TooManyAttemptsError)):
        door.sign_in("a.durand", "faux", Client(address=address), now=now)


def test_a_count_is_told_once_when_it_is_reached():
    assert [many({"account a 10.0.0.1": count}) for count in (MANY - 1, MANY, MANY + 1)] == [0, MANY, 0]
    assert many({"place 10.0.0.1": MANY}) == 0
    assert many({"place 10.0.0.1": MANY_IN_ALL, "account a 10.0.0.1": 3}) == MANY_IN_ALL


def test_who_mistypes_a_few_times_alarms_nobody(door):
    for n in range(MANY - 1):
        guess(door, "10.9.0.1", NOW + n * LONGEST_WAIT)
    assert notices(door.database) == ()


def test_who_goes_on_guessing_is_told_and_the_address_stays_in_the_logbook(door):
    for n in range(MANY + 2):
        guess(door, "10.9.0.1", NOW + n * LONGEST_WAIT)
    (told,) = notices(door.database)
    assert told.notice.kind is NoticeKind.GUESSES
    assert "10.9.0.1" not in str(told.notice.text)
    assert any("10.9.0.1" in str(entry.draft.text) for entry in entries(door.database))


def test_guesses_at_one_login_from_many_places_are_told_too(door):
    for n in range(MANY_IN_ALL):
        guess(door, f"10.9.0.{n}", NOW)
    assert len(notices(door.database)) == 1


def test_an_hour_tells_once_whoever_guesses(door):
    assert tell_of_guesses(door.database, 20, "10.9.0.1", now=NOW)
    assert not tell_of_guesses(door.database, 20, "10.9.0.2", now=NOW + SILENCE / 2)
    assert tell_of_guesses(door.database, 20, "10.9.0.3", now=NOW + SILENCE + timedelta(seconds=1))
