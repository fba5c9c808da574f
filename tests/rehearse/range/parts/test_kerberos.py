import socket

import pytest
from impacket.krb5.crypto import string_to_key
from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.parts.kerberos import (
    REQUIRED,
    UNKNOWN,
    WRONG,
    asking,
    framed,
    key_of,
    outcome_of,
    realm_of,
    received,
)


def test_a_ticket_goes_to_who_proves_it_and_errors_say_which(tmp_path):
    setting = setting_in(tmp_path)
    realm, user = realm_of(setting), setting.people[0]
    key, wrong = key_of(user.name, user.password, realm), key_of(user.name, "faux", realm)
    with standing(setting, "kerberos"), socket.create_connection(where(setting), 5) as line:
        assert said(line, asking(user.name, realm, nonce=7), key) == REQUIRED
        assert said(line, asking(user.name, realm, nonce=7, key=wrong), key) == WRONG
        assert said(line, asking("personne", realm, nonce=7), key) == UNKNOWN
        assert said(line, asking(user.name, realm, nonce=7, key=key), key) == 0
        line.sendall(framed(b"bonjour"))
        assert line.recv(1) == b""


def test_keys_are_those_that_any_other_client_makes():
    assert key_of("a.b", "Été2026!", "CH.EXAMPLE").contents == string_to_key(18, "Été2026!", "CH.EXAMPLEa.b").contents


def said(line, question, key):
    line.sendall(framed(question))
    return outcome_of(received(line), key, 7)


def where(setting):
    return setting.host("annuaire").address, setting.port(88)


def test_what_is_too_long_is_refused_unread():
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(ConnectionError):
            received(here)
