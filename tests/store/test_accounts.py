from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloison.errors import BadValueError
from cloison.model.people import Person, PersonId, Role
from cloison.store import accounts
from cloison.store.accounts import Credential, Kind
from cloison.store.database import Database

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
ANNE = Person(id=PersonId("p1"), login="a.durand", name="A. Durand", role=Role.ON_CALL, created_at=NOW)


def proof(name="c1", kind=Kind.TOTP, **more):
    return Credential(id=name, person=ANNE.id, kind=kind, name="", created_at=NOW, **{"secret": "s", **more})


@pytest.fixture
def database(tmp_path):
    return Database.at(tmp_path)


def test_a_person_is_found_by_any_of_what_names_them_as_they_were_kept(database):
    known = replace(ANNE, subject="https://annuaire.example#42", language="en")
    accounts.add_person(database, known, proof())
    assert accounts.person_of(database, id=ANNE.id) == known
    assert accounts.person_of(database, login="a.durand") == known
    assert accounts.person_of(database, subject="https://annuaire.example#42") == known
    assert accounts.person_of(database, login="b") is None
    assert accounts.person_of(database) is None
    assert accounts.credentials_of(database, ANNE.id, Kind.TOTP) == (proof(),)


def test_two_people_never_share_a_login_and_the_second_leaves_nothing(database):
    accounts.add_person(database, ANNE)
    with pytest.raises(BadValueError, match="already an account"):
        accounts.add_person(database, replace(ANNE, id=PersonId("p2")))
    assert accounts.everyone(database) == (ANNE,)


def test_what_is_known_of_a_person_is_replaced(database):
    accounts.add_person(database, ANNE)
    closed = replace(ANNE, active=False, role=Role.READER, wall=True)
    accounts.change_person(database, closed)
    assert accounts.everyone(database) == (closed,)


def test_a_new_proof_takes_the_place_of_its_kind_only(database):
    accounts.add_person(database, ANNE, proof("old"), proof("key", Kind.PASSKEY))
    accounts.add_credentials(database, proof("new"), replacing=Kind.TOTP)
    assert {one.id for one in accounts.credentials_of(database, ANNE.id)} == {"new", "key"}


def test_the_same_key_is_registered_once(database):
    accounts.add_person(database, ANNE, proof())
    with pytest.raises(BadValueError, match="already registered"):
        accounts.add_credentials(database, proof())


def test_a_proof_serves_once_for_each_counter_even_if_two_come_at_once(database):
    accounts.add_person(database, ANNE, proof())
    assert accounts.use_credential(database, proof(), counter=5, now=NOW)
    assert not accounts.use_credential(database, proof(), counter=5, now=NOW)
    assert accounts.use_credential(database, proof(counter=5), counter=6, now=NOW)


def test_a_proof_is_taken_away_from_its_own_person_only(database):
    accounts.add_person(database, ANNE, proof(), proof("c2"))
    assert not accounts.remove_credential(database, PersonId("other"), "c1")
    assert accounts.remove_credential(database, ANNE.id, "c1")
    assert not accounts.remove_credential(database, ANNE.id, "c1")
    accounts.remove_credentials(database, ANNE.id)
    assert accounts.credentials_of(database, ANNE.id) == ()


def test_a_link_serves_once_and_before_its_end(database):
    accounts.add_person(database, ANNE)
    end = NOW + timedelta(minutes=30)
    accounts.add_link(database, "d1", person=ANNE.id, now=NOW, ends_at=end)
    assert accounts.link_of(database, "d1", now=end) is None
    assert accounts.link_of(database, "d1", now=NOW) == (ANNE.id,)
    assert not accounts.use_link(database, "d1", now=end)
    assert accounts.use_link(database, "d1", now=NOW)
    assert not accounts.use_link(database, "d1", now=NOW)
    assert accounts.link_of(database, "d1", now=NOW) is None


def test_a_new_link_makes_the_one_before_void(database):
    end = NOW + timedelta(minutes=30)
    accounts.add_link(database, "d1", person=None, now=NOW, ends_at=end)
    accounts.add_link(database, "d2", person=None, now=NOW, ends_at=end)
    assert accounts.link_of(database, "d1", now=NOW) is None
    assert accounts.link_of(database, "d2", now=NOW) == (None,)
