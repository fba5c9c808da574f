from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.store.addresses import mistakes


def found(data):
    return [(mistake.path, str(mistake.reason), str(mistake.fix)) for mistake in mistakes(data)]


def zones(*networks, kind="care"):
    return {"zone": [{"id": f"z{place}", "kind": kind, "networks": list(ones)} for place, ones in enumerate(networks)]}


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("10.0.0.1/8", 'write "10.0.0.0/8"'),
        ("2001:db8::1/32", 'write "2001:db8::/32"'),
        ("10.0.0.0/33", 'write it as "10.10.0.0/22" or "2001:db8::/64"'),
        ("fe80::%1/64", 'write it as "10.10.0.0/22" or "2001:db8::/64"'),
        ("", 'write it as "10.10.0.0/22" or "2001:db8::/64"'),
    ],
)
def test_an_ill_written_network_is_refused_with_the_right_one(text, fix):
    ((path, _, said),) = found(zones([text]))
    assert (path, said) == (("zone", 0, "networks", 0), fix)


def test_two_zones_cannot_hold_one_address():
    ((path, reason, _),) = found(zones(["10.0.0.0/24"], ["10.0.0.128/25"]))
    assert path == ("zone", 1, "networks", 0)
    assert reason == '10.0.0.0/24, of zone "z0", holds addresses that the map also gives to: z1'


def test_one_wide_network_is_one_mistake_however_many_it_covers():
    ((path, reason, _),) = found(zones(["10.1.0.0/24"], ["10.0.0.0/8"], ["10.2.0.0/24"]))
    assert path == ("zone", 1, "networks", 0)
    assert reason.endswith("gives to: z0, z2")


def test_a_zone_may_list_a_network_and_a_part_of_it():
    assert found(zones(["10.0.0.0/8", "10.1.0.0/16"])) == []


def test_internet_alone_holds_every_other_address():
    data = zones(["0.0.0.0/0", "::/0"], kind="internet")
    data["zone"] += zones([], ["10.0.0.0/8"], ["0.0.0.0/0"])["zone"][1:]
    ((path, reason, _),) = found(data)
    assert path == ("zone", 2, "networks", 0)
    assert reason == "only a zone of kind internet may hold every address"


def test_two_internets_are_one_too_many():
    assert len(found(zones(["0.0.0.0/0"], ["0.0.0.0/0"], kind="internet"))) == 1


networks = st.tuples(st.integers(0, 255), st.integers(24, 32)).map(
    lambda one: str(ip_network((f"10.0.0.{one[0]}", one[1]), strict=False))
)


@given(st.lists(st.lists(networks, max_size=3), max_size=4))
def test_overlaps_are_those_that_comparing_every_pair_finds(held):
    overlap = any(
        ip_network(one).overlaps(ip_network(other))
        for place, ones in enumerate(held)
        for others in held[place + 1 :]
        for one in ones
        for other in others
    )
    assert bool(found(zones(*held))) == overlap


def assets(*addresses, zone="z0"):
    return {
        "asset": [{"id": f"a{place}", "zone": zone, "addresses": list(ones)} for place, ones in enumerate(addresses)]
    }


def test_an_address_answers_for_one_asset():
    ((path, reason, _),) = found(assets(["10.0.0.1", "10.0.0.1"], ["10.0.0.1"]))
    assert (path, reason) == (("asset", 1, "addresses", 0), '10.0.0.1 is already the address of asset "a0"')


def test_an_asset_lives_in_the_zone_of_its_address():
    data = zones(["10.0.0.0/8"], ["10.0.0.0/24"], ["2001:db8::/32"]) | assets(
        ["10.1.1.1"], ["2001:db8::1"], ["192.0.2.1"]
    )
    _, (path, reason, fix) = found(data)
    assert (path, reason) == (("asset", 1, "addresses", 0), '2001:db8::1 lies in the networks of zone "z2"')
    assert fix == 'write zone = "z2" for this asset, or correct its address'


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("10.0.0.1/24", 'write "10.0.0.1"'),
        ("fe80::1%eth0", 'write "fe80::1"'),
        ("pacs.example", 'write it as "10.30.1.10" or "2001:db8::10"'),
        ("10.0.0.010", 'write it as "10.30.1.10" or "2001:db8::10"'),
    ],
)
def test_an_ill_written_address_is_refused(text, fix):
    ((_, _, said),) = found(assets([text]))
    assert said == fix


@pytest.mark.parametrize("text", ["tcp/443", "udp/53", "sctp/1", "tcp/1024-65535", "icmp", "ip/50"])
def test_services_are_a_protocol_and_ports(text):
    assert found({"flow": [{"service": text}], "conduit": [{"services": [text]}]}) == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("443/tcp", 'write "tcp/443"'),
        ("TCP 443", 'write "tcp/443"'),
        ("tcp:443", 'write "tcp/443"'),
        ("DICOM", 'write "tcp/104"'),
        ("tcp/0", 'write it as "tcp/443", "udp/53", "tcp/1024-65535", "ip/50" or "icmp"'),
        ("tcp/90-80", 'write it as "tcp/443", "udp/53", "tcp/1024-65535", "ip/50" or "icmp"'),
        ("ip/256", 'write it as "tcp/443", "udp/53", "tcp/1024-65535", "ip/50" or "icmp"'),
    ],
)
def test_an_unknown_service_is_refused_with_what_was_meant(text, fix):
    assert found({"flow": [{"service": text}]}) == [(("flow", 0, "service"), f'"{text}" is not a service', fix)]
