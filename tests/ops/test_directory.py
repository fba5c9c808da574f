from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from tests.ops.people import someone
from tests.ops.provider import CLIENT, SECRET, Provider
from tests.ui.web.consoles import serving

from cloison.errors import BadValueError, DirectoryError, NotAllowedError, SignInError
from cloison.model.people import Role
from cloison.ops.accounts import change
from cloison.ops.directory import Directory
from cloison.store.accounts import everyone
from cloison.store.database import Database
from cloison.store.directory_file import DirectorySettings

BACK = "http://127.0.0.1:8420/entree/annuaire/retour"
ROLES = {"GG-ASTREINTE": Role.ON_CALL, "GG-RSSI": Role.SECURITY_OFFICER}
ANNE = {"groups": ["GG-ASTREINTE", "autre"], "preferred_username": "adurand", "name": "A. Durand"}


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    with serving(provider.app()) as address:
        yield provider, address


@pytest.fixture
def provider(running):
    provider, _ = running
    provider.claims, provider.issuer, provider.down = dict(ANNE), "", False
    provider.signing, provider.algorithm = None, "RS256"
    return provider


@pytest.fixture
def directory(running, provider, tmp_path):
    assert provider
    settings = DirectorySettings(issuer=running[1], client_id=CLIENT, client_secret=SECRET, roles=ROLES)
    return Directory(settings, Database.at(tmp_path))


def come_back(directory, **changed):
    now = datetime.now(UTC)
    address, question = directory.ask(BACK, now=now)
    sent = urlsplit(httpx.get(address, verify=False).headers["location"])  # noqa: S501 - plain HTTP at loopback
    answer = {name: values[0] for name, values in parse_qs(sent.query).items()}
    return directory.recognise(question, **{**answer, "back": BACK, "now": now, **changed})


def test_who_the_directory_knows_gets_an_account_with_the_role_of_the_group(directory):
    found = come_back(directory)
    assert (found.person.name, found.person.role, found.factor) == ("A. Durand", Role.ON_CALL, "")
    assert found.person.login == "adurand@127.0.0.1"
    assert come_back(directory).person == found.person
    assert everyone(directory.database) == (found.person,)


def test_a_role_follows_the_groups_and_the_highest_counts(directory, provider):
    someone(directory.database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    come_back(directory)
    provider.claims["groups"] = ["GG-ASTREINTE", "GG-RSSI"]
    assert come_back(directory).person.role is Role.SECURITY_OFFICER


@pytest.mark.parametrize("groups", [[], ["autre"], None, "GG-RSS", 7])
def test_who_is_in_no_group_of_ours_stays_out_and_gets_no_account(directory, provider, groups):
    provider.claims["groups"] = groups
    with pytest.raises(NotAllowedError, match="no role here"):
        come_back(directory)
    assert everyone(directory.database) == ()


def test_a_closed_account_stays_closed(directory):
    someone(directory.database, Role.ADMINISTRATOR, "t.clef", "T. Clef")
    change(directory.database, replace(come_back(directory).person, active=False))
    with pytest.raises(NotAllowedError):
        come_back(directory)


def test_a_name_chosen_in_the_directory_takes_no_local_account_over(directory, provider):
    local = someone(directory.database, Role.ADMINISTRATOR, "adurand", "A. Durand")
    assert come_back(directory).person.id != local.id
    provider.claims |= {"sub": "43", "preferred_username": "adurand"}
    with pytest.raises(BadValueError, match="already an account"):
        come_back(directory)


@pytest.mark.parametrize(
    ("amr", "factor"), [(["pwd", "otp"], "directory"), (["mfa"], "directory"), (["pwd"], ""), ("mfa", "")]
)
def test_a_second_factor_shown_there_counts_here(directory, provider, amr, factor):
    provider.claims["amr"] = amr
    assert come_back(directory).factor == factor


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://ailleurs.example"},
        {"aud": "autre-client"},
        {"aud": ["cloison", "autre"]},
        {"azp": "autre"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "x"},
        {"nonce": None},
        {"sub": None},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_a_token_that_is_not_ours_fresh_and_whole_is_refused(directory, provider, lie):
    provider.claims |= lie
    with pytest.raises(SignInError, match="no answer of the directory"):
        come_back(directory)
    assert everyone(directory.database) == ()


def test_a_token_signed_by_another_is_refused(directory, provider):
    provider.signing = RSAKey.generate_key(2048, parameters={"kid": "1"})
    with pytest.raises(SignInError):
        come_back(directory)


@pytest.mark.parametrize("changed", [{"state": "x"}, {"state": ""}, {"state": "é"}, {"code": ""}, {"code": "made-up"}])
def test_an_answer_to_another_question_is_refused(directory, changed):
    with pytest.raises(SignInError):
        come_back(directory, **changed)


def test_a_directory_that_is_down_or_lies_about_its_name_is_told_with_what_to_do(directory, provider):
    provider.down = True
    with pytest.raises(DirectoryError, match="local account"):
        come_back(directory)
    provider.down, provider.issuer = False, "https://ailleurs.example"
    with pytest.raises(DirectoryError):
        come_back(directory)
    silent = DirectorySettings(issuer="http://127.0.0.1:1", client_id=CLIENT, client_secret=SECRET, roles=ROLES)
    with pytest.raises(DirectoryError, match="refused"):
        Directory(silent, directory.database).ask(BACK, now=datetime.now(UTC))
