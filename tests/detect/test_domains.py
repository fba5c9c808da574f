import polars as pl
import pytest

from cloison.detect.domains import asked


def look(query, **more):
    row = {"query": query, "src_inside": True, "dst_port": 53, **more}
    return asked(pl.DataFrame([row], schema_overrides={"dst_port": pl.UInt16()})).collect()


@pytest.mark.parametrize(
    ("query", "front", "domain"),
    [
        ("www.example.com", "www.", "example.com"),
        ("a.b.example.com.", "a.b.", "example.com"),
        ("mail.trust.nhs.uk", "mail.", "trust.nhs.uk"),
        ("www.sante.gouv.fr", "www.", "sante.gouv.fr"),
        ("x.t.io", "x.", "t.io"),
        ("a.xn--p1ai", "", "a.xn--p1ai"),
        ("dnscat.5bd1.e97a01", "dnscat.5bd1.e97a01", ""),
    ],
)
def test_a_registered_domain_is_two_labels_or_three_under_a_registry_word(query, front, domain):
    assert look(query).select("front", "domain").row(0) == (front, domain)


@pytest.mark.parametrize(
    "query",
    [
        "intranet",
        "4.3.2.1.in-addr.arpa",
        "printer.local",
        "_ldap._tcp.dc._msdcs.corp.example",
        "k1._domainkey.example.org",
    ],
)
def test_lookups_of_the_place_are_left_out(query):
    assert look(query).is_empty()


def test_neighbours_and_strangers_are_left_out():
    assert look("a.example.com", dst_port=5353).is_empty()
    assert look("a.example.com", src_inside=False).is_empty()
    assert look("a.example.com", dst_port=None).height == 1
