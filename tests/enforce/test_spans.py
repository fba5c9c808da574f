from dataclasses import replace
from ipaddress import IPv4Address, ip_network

from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.wards import hospital

from cloison.enforce.spans import zone_spans
from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind


def zone(name, *networks, kind=ZoneKind.OFFICE):
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=tuple(map(ip_network, networks)))


def holding(spans, address):
    number = IPv4Address(address)
    return {
        name
        for name, held in spans.items()
        for span in held
        if span.first.version == 4 and span.first <= number <= span.last
    }


@given(st.lists(st.integers(0, 255), min_size=1, max_size=6, unique=True), st.ip_addresses(v=4))
def test_every_address_has_one_zone_when_the_internet_has_the_rest(numbers, address):
    zones = [zone(f"z{number}", f"10.{number}.0.0/16") for number in numbers]
    net = zone("internet", "0.0.0.0/0", kind=ZoneKind.INTERNET)
    spans = zone_spans(Hospital(name="x", zones=(*zones, net)))
    own = {f"z{number}" for number in numbers if address in ip_network(f"10.{number}.0.0/16")}
    assert holding(spans, address) == (own or {"internet"})


def test_networks_that_touch_are_one_span_and_an_asset_elsewhere_adds_its_own():
    here = hospital()
    touching = zone("a", "10.9.0.0/24", "10.9.1.0/24")
    spans = zone_spans(replace(here, zones=(*here.zones, touching)))
    assert [(str(span.first), str(span.last)) for span in spans[ZoneId("a")]] == [("10.9.0.0", "10.9.1.255")]


def test_the_rest_of_the_world_has_ipv6_too_whichever_of_the_two_is_written():
    office = zone("a", "10.0.0.0/8", "2001:db8::/32")
    for written in ("0.0.0.0/0", "::/0"):
        net = zone("internet", written, kind=ZoneKind.INTERNET)
        spans = zone_spans(Hospital(name="x", zones=(office, net)))[net.id]
        assert {span.first.version for span in spans} == {4, 6}
        assert [str(span.first) for span in spans if span.first.version == 6] == ["::", "2001:db9::"]


def test_a_zone_without_networks_has_no_spans():
    assert zone_spans(Hospital(name="x", zones=(zone("a"),))) == {"a": ()}
