from dataclasses import replace
from datetime import timedelta

import pytest
from tests.ops.people import NOW, someone

from cloison.errors import BadValueError, NotAllowedError, UnknownIdError
from cloison.model.people import Right, Role
from cloison.ops.accounts import change
from cloison.ops.tokens import end_token, make_token, visitor_of_token
from cloison.store.database import Database

MONTH = timedelta(days=30)
READ = frozenset({Right.READ})


@pytest.fixture
def database(tmp_path):
    return Database.at(tmp_path)


def make(database, person, name="supervision", scopes=READ, lasts=MONTH):
    return make_token(database, person, name, scopes, lasts=lasts, now=NOW)


def test_a_token_speaks_for_its_person_with_its_scopes_only(database):
    person = someone(database)
    secret, token = make(database, person)
    visitor = visitor_of_token(database, secret, now=NOW)
    assert (visitor.name, visitor.rights, visitor.person, visitor.token) == (
        "A. Durand (supervision)",
        READ,
        person,
        token.id,
    )
    assert visitor_of_token(database, secret + "x", now=NOW) is None
    assert visitor_of_token(database, secret, now=NOW + MONTH) is None


def test_a_token_loses_what_its_person_loses(database):
    someone(database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    person = someone(database)
    secret, _ = make(database, person, scopes=frozenset({Right.READ, Right.SEAL}))
    change(database, replace(person, role=Role.READER))
    assert visitor_of_token(database, secret, now=NOW).rights == READ
    change(database, replace(person, role=Role.READER, active=False))
    assert visitor_of_token(database, secret, now=NOW) is None


@pytest.mark.parametrize("scope", [Right.APPROVE, Right.PEOPLE, Right.SETTINGS])
def test_no_token_signs_makes_accounts_or_has_more_than_its_person(database, scope):
    with pytest.raises(NotAllowedError, match="cannot have this scope"):
        make(database, someone(database), scopes=frozenset({scope}))


@pytest.mark.parametrize(
    "asked",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"name": "a\nb\x00"},
        {"scopes": frozenset()},
        {"lasts": timedelta()},
        {"lasts": timedelta(days=400)},
    ],
)
def test_a_token_has_a_name_a_scope_and_an_end(database, asked):
    with pytest.raises(BadValueError):
        make(database, someone(database), **asked)


def test_a_token_is_ended_by_its_person_only(database):
    person, other = someone(database), someone(database, login="b.martin", name="B. Martin")
    secret, token = make(database, person)
    with pytest.raises(UnknownIdError):
        end_token(database, token.id, other, now=NOW)
    end_token(database, token.id, person, now=NOW)
    assert visitor_of_token(database, secret, now=NOW) is None
    with pytest.raises(UnknownIdError):
        end_token(database, token.id, person, now=NOW)


def test_what_a_token_sends_is_kept_nowhere(tmp_path, database):
    secret, _ = make(database, someone(database))
    assert not [path for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]
