"""Services as the map writes them, and their families."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.chart.services import FAMILIES, Span, family_of, folded, is_known, span_of, spans_of

ports = st.integers(1, 65535)
spans = st.one_of(
    st.builds(lambda proto, port: Span(proto, port, port), st.sampled_from(["tcp", "udp"]), ports),
    st.just(Span("tcp", 49152, 65535)),
    st.just(Span("icmp", 0, 65535)),
)


@pytest.mark.parametrize("text", ["tcp/443", "udp/53", "tcp/1024-65535", "icmp"])
def test_a_service_is_written_as_it_was_read(text):
    assert str(span_of(text)) == text


def test_what_is_no_service_is_left_out():
    assert spans_of(("tcp/443", "tcp/http", "tcp/1-x")) == (Span("tcp", 443, 443),)


@settings(deadline=None)
@given(st.lists(spans, max_size=30))
def test_every_service_is_covered_by_the_one_that_stands_for_it(given_spans):
    stands = folded(given_spans)
    assert set(stands) == set(given_spans)
    assert all(stand.covers(span) for span, stand in stands.items())
    again = folded(stands.values())
    assert set(again.values()) == set(stands.values())


@settings(deadline=None)
@given(st.lists(spans, max_size=40))
def test_a_passage_never_names_many_plain_ports(given_spans):
    for proto in ("tcp", "udp"):
        plain = {stand for stand in folded(given_spans).values() if stand.proto == proto and not is_known(stand)}
        assert len(plain) <= 9


def test_privileged_and_known_ports_are_never_folded():
    crowd = [Span("tcp", port, port) for port in (*range(20000, 20020), 445, 11112)]
    stands = folded(crowd)
    assert stands[Span("tcp", 445, 445)] == Span("tcp", 445, 445)
    assert stands[Span("tcp", 11112, 11112)] == Span("tcp", 11112, 11112)
    assert stands[Span("tcp", 20001, 20001)] == Span("tcp", 1024, 65535)


@pytest.mark.parametrize(
    ("proto", "port", "service", "family"),
    [
        ("tcp", 445, "gssapi,smb,krb", "smb"),
        ("tcp", 88, None, "kerberos"),
        ("tcp", 8443, "ssl", "web"),
        ("tcp", 30000, "dicom", "dicom"),
        ("tcp", 104, "http", "web"),
        ("tcp", 30000, "krb_tcp", "kerberos"),
        ("tcp", 30000, None, None),
        ("udp", 445, None, None),
        ("icmp", None, None, None),
    ],
)
def test_a_family_is_what_the_sensor_recognised_else_the_port(proto, port, service, family):
    assert family_of(proto, port, service) == family


def test_no_two_families_share_a_port_or_a_token():
    for field in ("tcp", "udp", "tokens"):
        every = [one for family in FAMILIES for one in getattr(family, field)]
        assert len(every) == len(set(every))
