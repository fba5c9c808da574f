from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from tests.ops.people import DESK, NOW, PASSWORD, entrance, someone

from cloison.errors import BadValueError, NotAllowedError, UnknownIdError
from cloison.model.people import Role
from cloison.ops import accounts
from cloison.ops.factors import Factors, new_totp
from cloison.store.accounts import Credential, Kind, add_credentials, credentials_of, everyone, person_of
from cloison.store.database import Database
from cloison.store.sessions import Stage, sessions_of


@pytest.fixture
def database(tmp_path):
    return Database.at(tmp_path)


def accept(database, link, password=PASSWORD, *, login="t.clef", name="T. Clef", now=NOW):
    return accounts.accept(database, link, password, login=login, name=name, now=now)


def test_the_first_start_makes_one_administrator_and_no_second(database):
    link = accounts.first_link(database, now=NOW)
    person = accept(database, link, login="  T.Clef ", name=" T.  Clef ")
    assert (person.login, person.name, person.role) == ("t.clef", "T. Clef", Role.ADMINISTRATOR)
    assert accounts.right_password(database, person, PASSWORD)
    assert accounts.first_link(database, now=NOW) is None
    with pytest.raises(NotAllowedError, match="served already"):
        accept(database, link, login="autre", name="Autre")
    assert everyone(database) == (person,)


def test_a_first_link_is_void_once_somebody_has_an_account_by_another_way(database):
    link = accounts.first_link(database, now=NOW)
    someone(database)
    with pytest.raises(NotAllowedError):
        accept(database, link)


def test_a_link_is_over_after_its_time_and_after_another_was_made(database):
    old = accounts.first_link(database, now=NOW)
    fresh = accounts.first_link(database, now=NOW)
    for link, now in ((old, NOW), (fresh, NOW + accounts.LINK_LASTS), ("nonsense", NOW), ("", NOW)):
        with pytest.raises(NotAllowedError, match="served already, or is over"):
            accounts.whose_link(database, link, now=now)
    assert accounts.whose_link(database, fresh, now=NOW) is None


def test_a_password_that_is_refused_leaves_the_link_good(database):
    link = accounts.first_link(database, now=NOW)
    with pytest.raises(BadValueError):
        accept(database, link, "court")
    assert accept(database, link).login == "t.clef"


def test_who_follows_a_rescue_link_starts_again_and_old_proofs_and_sessions_end(tmp_path):
    door = entrance(tmp_path)
    person = someone(door.database, Role.ADMINISTRATOR)
    add_credentials(
        door.database,
        Credential(id="old", person=person.id, kind=Kind.TOTP, name="", secret="x", created_at=NOW),  # noqa: S106
    )
    door.open_session(person, Stage.OPEN, DESK, now=NOW)
    link, whose = accounts.rescue_link(door.database, None, now=NOW)
    assert whose == person
    accept(door.database, link, "cheval lune bateau")
    assert [proof.kind for proof in credentials_of(door.database, person.id)] == [Kind.PASSWORD]
    assert sessions_of(door.database, person.id, now=NOW) == ()
    assert not accounts.right_password(door.database, person, PASSWORD)


def test_a_rescue_link_is_for_the_login_named_or_the_first_administrator(database):
    with pytest.raises(UnknownIdError):
        accounts.rescue_link(database, "personne", now=NOW)
    assert accounts.rescue_link(database, None, now=NOW)[1] is None
    director = someone(database, Role.CRISIS_DIRECTOR)
    with pytest.raises(UnknownIdError, match=r"a\.durand"):
        accounts.rescue_link(database, None, now=NOW)
    assert accounts.rescue_link(database, "A.Durand ", now=NOW)[1] == director


def test_the_link_of_a_closed_account_opens_nothing(database):
    someone(database, Role.ADMINISTRATOR)
    guest = someone(database, Role.READER, "b.martin", "B. Martin")
    link = accounts.invite(database, guest.id, now=NOW)
    accounts.change(database, replace(guest, active=False))
    with pytest.raises(NotAllowedError):
        accept(database, link)


@pytest.mark.parametrize(
    "password",
    [
        "onze signes",
        "x" * 257,
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "A.Durand-2026!",
        "le durand du soir",
        "cloison-cloison",
    ],
)
def test_passwords_that_are_guessed_first_are_refused(database, password):
    with pytest.raises(BadValueError, match="a password has"):
        accounts.check_password(password, someone(database))


@pytest.mark.parametrize("password", ["bateau cheval lune", "Ünïcödé-12345", "x9!x9?y8-z7"[::-1] + "q"])
def test_other_passwords_are_taken(database, password):
    accounts.check_password(password, someone(database))


@pytest.mark.parametrize(
    ("login", "name"),
    [("", "A"), ("deux mots", "A"), ("x" * 81, "A"), ("a\u202eb", "A"), ("a", " "), ("a", "A\x1b[2J")],
)
def test_what_would_deceive_a_reader_is_no_login_and_no_name(login, name):
    with pytest.raises(BadValueError):
        accounts.new_person(login, name, Role.READER, now=NOW)


def test_a_screen_on_a_wall_only_reads():
    assert accounts.new_person("mur", "Mur", Role.READER, now=NOW, wall=True).wall
    with pytest.raises(BadValueError, match="only reads"):
        accounts.new_person("mur", "Mur", Role.ON_CALL, now=NOW, wall=True)


def test_the_last_administrator_stays(database):
    chief = someone(database, Role.ADMINISTRATOR)
    for changed in (replace(chief, active=False), replace(chief, role=Role.READER)):
        with pytest.raises(NotAllowedError, match="no administrator"):
            accounts.change(database, changed)
    someone(database, Role.ADMINISTRATOR, "b.martin", "B. Martin")
    accounts.change(database, replace(chief, role=Role.READER))
    assert person_of(database, id=chief.id).role is Role.READER


def test_sessions_end_with_the_role_and_not_with_the_name(tmp_path):
    door = entrance(tmp_path)
    someone(door.database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    person = someone(door.database)
    door.open_session(person, Stage.OPEN, DESK, now=NOW)
    accounts.change(door.database, replace(person, name="Anne Durand"))
    assert len(sessions_of(door.database, person.id, now=NOW)) == 1
    accounts.change(door.database, replace(person, role=Role.READER))
    assert sessions_of(door.database, person.id, now=NOW) == ()


def test_a_changed_password_ends_the_other_sessions(tmp_path):
    door = entrance(tmp_path)
    person = someone(door.database)
    mine, other = (door.open_session(person, Stage.OPEN, DESK, now=NOW) for _ in range(2))
    accounts.change_password(door.database, person, "lune cheval bateau", now=NOW, but=mine.session.digest)
    assert [one.digest for one in sessions_of(door.database, person.id, now=NOW)] == [mine.session.digest]
    assert other.session.digest != mine.session.digest
    assert accounts.right_password(door.database, person, "lune cheval bateau")


def test_nobody_has_no_right_password(database):
    assert not accounts.right_password(database, None, PASSWORD)
    assert not accounts.right_password(database, someone(database), "")


def test_a_person_keeps_a_language(database):
    person = someone(database)
    accounts.speak(database, person, "en")
    assert person_of(database, id=person.id).language == "en"


def test_what_a_link_holds_is_kept_nowhere(tmp_path):
    link = accounts.first_link(Database.at(tmp_path), now=NOW + timedelta(0))
    assert not [path for path in tmp_path.iterdir() if link.encode() in path.read_bytes()]
    secret = new_totp()
    door = entrance(tmp_path)
    person = someone(door.database)
    Factors(door.database, door.key, person).keep_totp(secret, pyotp.TOTP(secret).at(NOW), now=NOW)
    assert not [path for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]
    assert not [path for path in tmp_path.iterdir() if PASSWORD.encode() in path.read_bytes()]
