from dataclasses import replace
from datetime import timedelta

import pytest
from tests.ops.people import DESK, ELSEWHERE, NOW, PASSWORD, entrance, someone

from cloison.errors import SignInError, TooManyAttemptsError
from cloison.model.people import RIGHTS, Right, Role
from cloison.ops.accounts import change, new_person, password_of
from cloison.ops.entrance import FREE_GUESSES, FREE_GUESSES_OF_A_PLACE, LONGEST_WAIT, Client, rights_of
from cloison.store.accounts import Credential, Kind, add_credentials, add_person
from cloison.store.sessions import Stage
from cloison.store.settings import LOCKING, Locking
from cloison.words import say


@pytest.fixture
def door(tmp_path):
    return entrance(tmp_path)


def guess(door, client=ELSEWHERE, login="a.durand", *, now=NOW):
    with pytest.raises(SignInError):
        door.sign_in(login, "faux", client, now=now)


def shut_out(door, client=ELSEWHERE, login="a.durand", *, now=NOW):
    with pytest.raises(TooManyAttemptsError) as told:
        door.sign_in(login, PASSWORD, client, now=now)
    return told.value.seconds


def test_who_may_only_read_is_let_in_by_the_password(door):
    someone(door.database, Role.READER)
    assert door.sign_in("A.Durand ", PASSWORD, DESK, now=NOW).session.stage is Stage.OPEN


def test_others_must_make_a_second_factor_and_then_show_it(door):
    person = someone(door.database)
    assert door.sign_in("a.durand", PASSWORD, DESK, now=NOW).session.stage is Stage.ENROL
    add_credentials(
        door.database,
        Credential(id="k", person=person.id, kind=Kind.TOTP, name="", secret="x", created_at=NOW),  # noqa: S106
    )
    assert door.sign_in("a.durand", PASSWORD, DESK, now=NOW).session.stage is Stage.SECOND


def test_nobody_closed_accounts_and_wrong_passwords_get_one_answer(door):
    someone(door.database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    person = someone(door.database)
    change(door.database, replace(person, active=False))
    told = set()
    for login, password in (("a.durand", PASSWORD), ("personne", PASSWORD), ("t.clef", "faux")):
        with pytest.raises(SignInError) as refused:
            door.sign_in(login, password, DESK, now=NOW)
        told.add(str(refused.value))
    assert len(told) == 1


def test_each_wrong_guess_makes_the_next_one_wait_twice_as_long_up_to_a_limit(door):
    someone(door.database)
    now, waits = NOW, []
    for _ in range(FREE_GUESSES):
        guess(door, now=now)
    for _ in range(14):
        waits.append(shut_out(door, now=now))
        now += timedelta(seconds=waits[-1])
        guess(door, now=now)
    assert waits[:4] == [2, 3, 5, 9]
    assert max(waits) == LONGEST_WAIT.total_seconds() + 1


def test_a_guess_that_must_wait_is_not_counted_so_that_nobody_is_kept_out_for_ever(door):
    someone(door.database, Role.READER)
    for _ in range(FREE_GUESSES):
        guess(door)
    for _ in range(50):
        shut_out(door)
    assert door.sign_in("a.durand", PASSWORD, ELSEWHERE, now=NOW + timedelta(seconds=2)).person.login == "a.durand"


def test_guesses_from_elsewhere_do_not_shut_the_director_out(door):
    someone(door.database, Role.READER)
    for host in range(1, 20):
        for _ in range(FREE_GUESSES):
            guess(door, Client(address=f"10.9.0.{host}"))
    assert door.sign_in("a.durand", PASSWORD, DESK, now=NOW).session.stage is Stage.OPEN


def test_a_browser_let_in_before_does_not_wait_for_the_guesses_of_its_own_address(door):
    person = someone(door.database, Role.READER)
    for _ in range(FREE_GUESSES):
        guess(door, DESK)
    shut_out(door, DESK)
    known = Client(address=DESK.address, browser=door.browser_mark(person))
    assert door.sign_in("a.durand", PASSWORD, known, now=NOW).session.stage is Stage.OPEN


def test_the_mark_of_a_browser_is_one_persons_and_cannot_be_made_up(door):
    someone(door.database)
    other = someone(door.database, Role.READER, "b.martin", "B. Martin")
    for mark in (door.browser_mark(other), "0." + "0" * 64, "x", "é.é"):
        client = Client(address=f"10.8.0.{len(mark) % 250}", browser=mark)
        for _ in range(FREE_GUESSES):
            guess(door, client)
        shut_out(door, client)


def test_a_known_browser_waits_for_its_own_guesses(door):
    person = someone(door.database)
    known = Client(address=DESK.address, browser=door.browser_mark(person))
    for _ in range(FREE_GUESSES):
        guess(door, known)
    shut_out(door, known)


def test_one_place_that_tries_many_names_waits_too_and_its_own_sign_in_does_not_help(door):
    someone(door.database, Role.READER)
    for number in range(FREE_GUESSES_OF_A_PLACE - 1):
        guess(door, login=f"nom{number}")
    door.sign_in("a.durand", PASSWORD, ELSEWHERE, now=NOW)
    guess(door, login="encore")
    shut_out(door, login="nouveau")


def test_a_guesser_holds_a_whole_ipv6_network(door):
    someone(door.database)
    for host in range(FREE_GUESSES):
        guess(door, Client(address=f"2001:db8:0:1::{host:x}"))
    shut_out(door, Client(address="2001:db8:0:1:ffff::1"))
    guess(door, Client(address="2001:db8:0:2::1"))


def test_a_session_locks_after_a_while_and_opens_again_with_the_password(door):
    someone(door.database, Role.READER)
    LOCKING.change(door.database, Locking(idle_minutes=5), by="", now=NOW)
    opened = door.sign_in("a.durand", PASSWORD, DESK, now=NOW)
    later = NOW + timedelta(minutes=6)
    session, person = door.recognise(opened.cookie, now=later, gesture=True)
    assert session.stage is Stage.LOCKED
    with pytest.raises(SignInError):
        door.unlock(session, person, "faux", DESK, now=later)
    door.unlock(session, person, PASSWORD, DESK, now=later)
    assert door.recognise(opened.cookie, now=later, gesture=False)[0].stage is Stage.OPEN


def test_gestures_keep_a_session_open_and_what_a_page_asks_by_itself_does_not(door):
    someone(door.database, Role.READER)
    awake, asleep = (door.sign_in("a.durand", PASSWORD, DESK, now=NOW) for _ in range(2))
    for minute in range(1, 12):
        now = NOW + timedelta(minutes=minute)
        kept = door.recognise(awake.cookie, now=now, gesture=True)[0].stage
        left = door.recognise(asleep.cookie, now=now, gesture=False)[0].stage
    assert (kept, left) == (Stage.OPEN, Stage.LOCKED)


def test_a_screen_on_a_wall_neither_locks_nor_ends_with_the_shift(door):
    wall = new_person("mur", "Mur", Role.READER, now=NOW, wall=True)
    add_person(door.database, wall, password_of(wall.id, PASSWORD, now=NOW))
    opened = door.sign_in("mur", PASSWORD, DESK, now=NOW)
    assert door.recognise(opened.cookie, now=NOW + timedelta(days=10), gesture=False)[0].stage is Stage.OPEN


def test_a_session_is_over_after_the_shift_and_with_the_account(door):
    someone(door.database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    person = someone(door.database, Role.READER)
    opened = door.sign_in("a.durand", PASSWORD, DESK, now=NOW)
    assert door.recognise(opened.cookie, now=NOW + timedelta(hours=15), gesture=True) is None
    assert door.recognise("made up", now=NOW, gesture=True) is None
    change(door.database, replace(person, active=False))
    assert door.recognise(opened.cookie, now=NOW, gesture=True) is None


def test_the_cookie_changes_when_the_door_opens(door):
    person = someone(door.database)
    before = door.sign_in("a.durand", PASSWORD, DESK, now=NOW)
    after = door.let_in(before.session, person, "totp", now=NOW)
    later = NOW + timedelta(seconds=16)
    assert door.recognise(before.cookie, now=NOW, gesture=True)[0].stage is Stage.ENROL
    assert door.recognise(before.cookie, now=later, gesture=True) is None
    assert door.recognise(after.cookie, now=later, gesture=True)[0].stage is Stage.OPEN


def test_rights_without_a_second_factor_move_nothing(door):
    person = someone(door.database)
    bare = door.open_session(person, Stage.OPEN, DESK, now=NOW).session
    full = door.open_session(person, Stage.OPEN, DESK, now=NOW, factor="totp").session
    assert rights_of(person, full) == RIGHTS[Role.ON_CALL]
    assert RIGHTS[Role.ON_CALL] - rights_of(person, bare) == {Right.APPROVE, Right.SEAL}


def test_codes_are_guessed_no_faster_than_passwords(door):
    person = someone(door.database)

    def wrong():
        raise SignInError(say("no"), fix=say("no"), where="code")

    for _ in range(FREE_GUESSES):
        with pytest.raises(SignInError):
            door.guessed(person, ELSEWHERE, wrong, now=NOW)
    with pytest.raises(TooManyAttemptsError):
        door.guessed(person, ELSEWHERE, lambda: "totp", now=NOW)
    assert door.guessed(person, DESK, lambda: "totp", now=NOW) == "totp"


def test_an_empty_signature_is_no_guess(door):
    person = someone(door.database)
    for _ in range(FREE_GUESSES + 1):
        with pytest.raises(SignInError):
            door.prove(person, "", DESK, now=NOW)
    assert door.prove(person, PASSWORD, DESK, now=NOW) == "password"
