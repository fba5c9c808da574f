from datetime import timedelta

import pyotp
import pytest
from tests.ops.people import NOW, entrance, someone

from cloison.errors import BadValueError, SignInError
from cloison.ops.factors import RECOVERY_CODES, Factors, new_totp, totp_address
from cloison.store.accounts import Credential, Kind, add_credentials, credentials_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of nobody
STEP = timedelta(seconds=30)


def code(now):
    return pyotp.TOTP(SECRET).at(now)


@pytest.fixture
def factors(tmp_path):
    door = entrance(tmp_path)
    return Factors(door.database, door.key, someone(door.database))


@pytest.fixture
def codes(factors):
    return factors.keep_totp(SECRET, code(NOW), now=NOW)


def test_a_secret_is_kept_once_the_application_shows_its_code(factors):
    for wrong in ("000000", "", "12345", "１２３４５６"):
        with pytest.raises(BadValueError):
            factors.keep_totp(SECRET, wrong, now=NOW)
    assert len(factors.keep_totp(SECRET, code(NOW), now=NOW)) == RECOVERY_CODES


def test_a_code_serves_once_and_the_next_one_serves_too(factors, codes):
    assert codes
    with pytest.raises(SignInError):
        factors.check_code(code(NOW), now=NOW)
    later = NOW + STEP
    spaced = f"{code(later)[:3]} {code(later)[3:]}"
    assert factors.check_code(spaced, now=later) == "totp"
    with pytest.raises(SignInError):
        factors.check_code(code(later), now=later)


def test_a_clock_may_be_one_step_off_and_not_two(factors, codes):
    assert codes
    for drift, right in ((1, True), (-2, False), (3, False)):
        now = NOW + 40 * STEP + 10 * drift * STEP
        if right:
            assert factors.check_code(code(now + drift * STEP), now=now) == "totp"
        else:
            with pytest.raises(SignInError):
                factors.check_code(code(now + drift * STEP), now=now)


def test_a_recovery_code_serves_once_however_it_is_typed(factors, codes):
    assert factors.check_code(codes[0].upper().replace("-", " "), now=NOW) == "recovery"
    with pytest.raises(SignInError):
        factors.check_code(codes[0], now=NOW)
    assert factors.check_code(codes[1], now=NOW) == "recovery"


def test_new_recovery_codes_make_those_before_void(factors, codes):
    fresh = factors.new_recovery_codes(now=NOW)
    with pytest.raises(SignInError):
        factors.check_code(codes[0], now=NOW)
    assert factors.check_code(fresh[0], now=NOW) == "recovery"
    assert factors.recovery_if_none(now=NOW) == ()


@pytest.mark.parametrize("typed", ["", "   ", "----", "abc", "é" * 5000])
def test_rubbish_is_no_code(factors, codes, typed):
    assert codes
    with pytest.raises(SignInError):
        factors.check_code(typed, now=NOW)


def test_the_last_second_factor_stays(factors, codes):
    assert codes
    known = credentials_of(factors.database, factors.person.id, Kind.TOTP)[0]
    with pytest.raises(BadValueError, match="must stay"):
        factors.take_away(known.id)
    key = Credential(id="k", person=factors.person.id, kind=Kind.PASSKEY, name="", secret="x", created_at=NOW)  # noqa: S106
    add_credentials(factors.database, key)
    with pytest.raises(BadValueError):
        factors.take_away("no such")
    factors.take_away(known.id)
    assert credentials_of(factors.database, factors.person.id, Kind.TOTP) == ()


def test_the_square_says_who_and_what_for(factors):
    secret = new_totp()
    address = totp_address(secret, factors.person)
    assert address.startswith("otpauth://totp/Cloison:a.durand?")
    assert f"secret={secret}" in address
