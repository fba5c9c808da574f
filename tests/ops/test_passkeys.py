from dataclasses import replace

import pytest
from tests.ops.people import DESK, NOW, entrance, someone
from tests.ops.software_key import SoftwareKey

from cloison.errors import BadValueError, SignInError
from cloison.ops.passkeys import Passkeys, Site
from cloison.store.accounts import Kind, credentials_of
from cloison.store.sessions import Stage, session_of

SITE = Site(name="console.hopital.example", origin="https://console.hopital.example")


@pytest.fixture
def door(tmp_path):
    return entrance(tmp_path)


@pytest.fixture
def person(door):
    return someone(door.database)


def passkeys(door, person, session=None):
    session = session or door.open_session(person, Stage.OPEN, DESK, now=NOW).session
    return Passkeys(door.database, session_of(door.database, session.digest, now=NOW), person, SITE)


def answered(door, mine, act, *, asked):
    """Let a key answer; the request after the question reads the session again."""
    options = asked()
    return act(options), passkeys(door, mine.person, mine.session)


@pytest.fixture
def key(door, person):
    """A key that the person registered."""
    key = SoftwareKey(SITE.origin)
    mine = passkeys(door, person)
    answer, mine = answered(door, mine, key.make, asked=mine.ask_for_new)
    mine.keep(answer, "  Clé du  bureau ", now=NOW)
    return key


def test_a_key_is_registered_and_opens_afterwards(door, person, key):
    known = credentials_of(door.database, person.id, Kind.PASSKEY)
    assert [one.name for one in known] == ["Clé du bureau"]
    mine = passkeys(door, person)
    answer, mine = answered(door, mine, key.sign, asked=mine.ask)
    assert mine.check(answer, now=NOW) == "passkey"
    assert credentials_of(door.database, person.id, Kind.PASSKEY)[0].counter == key.signatures


def test_an_answer_serves_once(door, person, key):
    mine = passkeys(door, person)
    answer, mine = answered(door, mine, key.sign, asked=mine.ask)
    mine.check(answer, now=NOW)
    with pytest.raises(SignInError):
        passkeys(door, person, mine.session).check(answer, now=NOW)
    fresh = passkeys(door, person, mine.session)
    fresh.ask()
    with pytest.raises(SignInError):
        passkeys(door, person, mine.session).check(answer, now=NOW)


def test_a_key_of_another_site_or_another_person_opens_nothing(door, person, key):
    other = someone(door.database, login="b.martin", name="B. Martin")
    mine = passkeys(door, other)
    answer, mine = answered(door, mine, key.sign, asked=mine.ask)
    with pytest.raises(SignInError):
        mine.check(answer, now=NOW)
    key.origin = "https://console.hopital.example.piege.example"
    mine = passkeys(door, person)
    answer, mine = answered(door, mine, key.sign, asked=mine.ask)
    with pytest.raises(SignInError):
        mine.check(answer, now=NOW)


def test_a_copied_key_whose_count_goes_back_is_refused(door, person, key):
    for step in (5, -6):
        mine = passkeys(door, person)
        key.signatures += step
        answer, mine = answered(door, mine, key.sign, asked=mine.ask)
        if step > 0:
            mine.check(answer, now=NOW)
        else:
            with pytest.raises(SignInError):
                mine.check(answer, now=NOW)


def test_the_same_key_is_not_registered_twice(door, person, key):
    mine = passkeys(door, person)
    answer, mine = answered(door, mine, key.make, asked=mine.ask_for_new)
    with pytest.raises(BadValueError, match="already registered"):
        mine.keep(answer, "", now=NOW)


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", '{"id": 3}', '{"id": "x", "response": {}}', "é"])
def test_rubbish_is_no_answer(door, person, answer):
    mine = passkeys(door, person)
    mine.ask_for_new()
    mine = passkeys(door, person, mine.session)
    with pytest.raises(SignInError):
        mine.keep(answer, "", now=NOW)
    with pytest.raises(SignInError):
        mine.check(answer, now=NOW)


def test_what_was_not_asked_is_not_answered(door, person, key):
    mine = passkeys(door, person)
    with pytest.raises(SignInError):
        replace(mine, session=replace(mine.session, challenge=None)).check(key.sign(mine.ask()), now=NOW)
