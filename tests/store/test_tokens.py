from datetime import UTC, datetime, timedelta

import pytest

from cloison.model.people import Person, PersonId, Right, Role
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.tokens import Token, add_token, revoke_token, token_of, tokens_kept

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
ANNE = Person(id=PersonId("p1"), login="a.durand", name="A. Durand", role=Role.ON_CALL, created_at=NOW)
TOKEN = Token(
    id="t1",
    person=ANNE.id,
    name="supervision",
    scopes=frozenset({Right.READ, Right.LOGBOOK}),
    created_at=NOW,
    ends_at=NOW + timedelta(days=90),
)


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    add_person(made, ANNE)
    add_token(made, TOKEN, "digest")
    return made


def test_a_token_is_good_until_its_end(database):
    assert token_of(database, "digest", now=NOW) == TOKEN
    assert token_of(database, "digest", now=TOKEN.ends_at) is None
    assert token_of(database, "other", now=NOW) is None


def test_when_a_token_served_last_is_known_to_the_minute(database):
    token_of(database, "digest", now=NOW)
    token_of(database, "digest", now=NOW + timedelta(seconds=30))
    assert tokens_kept(database, ANNE.id)[0].used_at == NOW
    token_of(database, "digest", now=NOW + timedelta(minutes=2))
    assert tokens_kept(database)[0].used_at == NOW + timedelta(minutes=2)


def test_a_token_that_was_ended_serves_no_more(database):
    assert revoke_token(database, "t1", now=NOW)
    assert not revoke_token(database, "t1", now=NOW)
    assert token_of(database, "digest", now=NOW) is None
    assert tokens_kept(database, PersonId("nobody")) == ()
