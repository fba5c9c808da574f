import pytest

from cloison.ingest.windows.ends import account, actor, address, given, machine, peer, port


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1:50000", "192.0.2.1"),
        ("[2001:db8::1]:3389", "2001:db8::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("fe80::1%4", "fe80::1"),
        ("-", None), ("", None), (None, None), ("LOCAL", None), ("127.0.0.1", None), ("::1", None),
        ("::ffff:127.0.0.1", None), ("0.0.0.0", None), ("pc-1", None),  # noqa: S104  # text, nothing is bound
    ],
)  # fmt: skip
def test_addresses_are_read_and_this_host_is_none(written, read):
    assert address(written) == read


@pytest.mark.parametrize(
    ("written", "read"), [("445", 445), ("0", None), ("-", None), ("65536", None), ("9" * 99, None), ("١", None), (None, None)]
)  # fmt: skip
def test_ports_are_numbers_that_can_be(written, read):
    assert port(written) == read


@pytest.mark.parametrize("written", ["alix", "ALIX", "EXAMPLE\\Alix", "alix@EXAMPLE.ORG", " alix "])
def test_an_account_is_its_bare_name(written):
    assert account(written) == "alix"


def test_nobody_has_no_account():
    assert account(None) is None
    assert account("@x") is None
    assert given({"a": "-"}, "a") is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"SubjectUserName": "Alix", "SubjectUserSid": "S-1-5-21-1"}, "alix"),
        ({"SubjectUserName": "noor"}, None),
        ({"SubjectUserName": "SRV-1$", "SubjectUserSid": "S-1-5-18"}, None),
        ({"SubjectUserName": "-"}, None),
    ],
)
def test_the_actor_is_another_account_never_the_system(fields, expected):
    assert actor(fields, "noor") == expected


@pytest.mark.parametrize(
    ("written", "read"), [("\\\\PC-1", "PC-1"), ("PC-1", "PC-1"), ("-", None), ("localhost", None), (None, None)]
)
def test_machines_lose_their_backslashes(written, read):
    assert machine(written) == read


def test_a_peer_is_an_address_before_a_name():
    assert peer({"IpAddress": "192.0.2.1", "WorkstationName": "PC-1"}, "IpAddress", "WorkstationName") == "192.0.2.1"
    assert peer({"IpAddress": "::1", "WorkstationName": "PC-1"}, "IpAddress", "WorkstationName") == "PC-1"
    assert peer({"IpAddress": "-", "WorkstationName": "-"}, "IpAddress", "WorkstationName") is None
