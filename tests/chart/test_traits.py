"""What other logs tell of machines."""

import pytest
from tests.chart.traffic import census_of, other_rows

from cloison.chart.roles import ROLES, TRAIT_WORDS
from cloison.chart.traits import TRAITS
from cloison.model.observations import Kind

ENDS = {"src": "10.0.0.1", "dst": "10.0.0.2"}


@pytest.mark.parametrize(
    ("kind", "row", "told"),
    [
        (Kind.SMB, {**ENDS, "share": r"\\dc\SYSVOL", "share_type": "disk"}, ("10.0.0.2", "sysvol")),
        (Kind.SMB, {**ENDS, "share": r"\\srv\commun", "share_type": "disk"}, ("10.0.0.2", "disk-share")),
        (Kind.SMB, {**ENDS, "share": r"\\srv\hp", "share_type": "print"}, ("10.0.0.2", "print-share")),
        (Kind.RPC, {**ENDS, "endpoint": "drsuapi"}, ("10.0.0.2", "directory-rpc")),
        (Kind.RPC, {**ENDS, "endpoint": "spoolss"}, ("10.0.0.2", "print-rpc")),
        (Kind.LOGON, {**ENDS, "dst_port": 88, "protocol": "kerberos"}, ("10.0.0.2", "kdc")),
        (Kind.HTTP, {**ENDS, "user_agent": "Mozilla/5.0 (Windows NT 10.0)"}, ("10.0.0.1", "browser")),
        (Kind.HTTP, {**ENDS, "path": "/dicom-web/studies"}, ("10.0.0.2", "dicomweb")),
        (Kind.FILE, {**ENDS, "mime": "application/dicom"}, ("10.0.0.1", "dicom-file")),
        (Kind.DHCP, {"server": "10.0.0.2"}, ("10.0.0.2", "dhcp-server")),
        (Kind.DHCP, {"assigned": "10.0.0.1"}, ("10.0.0.1", "dhcp-client")),
    ],
)
def test_a_telling_act_is_told(kind, row, told):
    traits = census_of(also={kind: other_rows(kind, row)}).traits()
    assert told in traits.select("address", "trait").rows()


def test_an_administrative_share_tells_nothing_of_a_file_server():
    rows = other_rows(Kind.SMB, {**ENDS, "share": r"\\poste\C$", "share_type": "disk"})
    assert census_of(also={Kind.SMB: rows}).traits().is_empty()


def test_every_trait_has_words_and_is_used_by_a_role():
    used = {sign.does for role in ROLES for sign in (*role.signs, *role.against)}
    assert {trait.name for trait in TRAITS} == set(TRAIT_WORDS) == used - {None}


@pytest.mark.parametrize(
    ("kind", "row", "named"),
    [
        (Kind.DHCP, {"assigned": "10.0.0.1", "host_name": "Poste-7"}, ("10.0.0.1", "poste-7", "dhcp")),
        (
            Kind.DNS,
            {"query": "9.0.0.10.in-addr.arpa", "query_type": "PTR", "answers": ["pacs.ch.example."]},
            ("10.0.0.9", "pacs.ch.example", "ptr"),
        ),
        (Kind.LOGON, {**ENDS, "client_name": "POSTE-7"}, ("10.0.0.1", "poste-7", "logon")),
        (Kind.TLS, {**ENDS, "server_name": "dpi.ch.example"}, ("10.0.0.2", "dpi.ch.example", "tls")),
        (Kind.HTTP, {**ENDS, "host": "dpi.ch.example:8080"}, ("10.0.0.2", "dpi.ch.example", "http")),
    ],
)
def test_a_name_is_told(kind, row, named):
    names = census_of(also={kind: other_rows(kind, row)}).names()
    assert names.select("address", "name", "how").rows() == [named]


def test_an_address_is_no_name():
    rows = other_rows(Kind.HTTP, {**ENDS, "host": "10.0.0.2"}, {**ENDS, "host": "10.0.0.2:8080"})
    assert census_of(also={Kind.HTTP: rows}).names().is_empty()


def test_an_answer_that_is_no_address_names_nobody():
    rows = other_rows(Kind.DNS, {"query": "a.example", "query_type": "A", "answers": ["b.example", "10.0.0.5"]})
    assert census_of(also={Kind.DNS: rows}).names()["address"].to_list() == ["10.0.0.5"]
