"""Networks inferred from addresses."""

from ipaddress import IPv4Address, ip_address, ip_network
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chart.traffic import census_of, talk

from cloison.chart.subnets import infer_networks, vlans_by_address

NOTHING = census_of().edges()
addresses = st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.0.7.255"))).map(IPv4Address)
networks = st.builds(
    lambda address, prefix: ip_network((address, prefix), strict=False), addresses, st.integers(22, 32)
)


def apart(held):
    return not any(one.overlaps(other) for one, other in combinations(held, 2))


@settings(deadline=None)
@given(st.lists(addresses, max_size=15), st.lists(networks, max_size=4).filter(apart))
def test_networks_hold_every_address_and_overlap_nothing(seen, taken):
    lost = [address for address in seen if not any(address in network for network in taken)]
    found = infer_networks(lost, NOTHING, taken)
    assert apart([*found, *taken])
    assert all(any(address in network for network in found) for address in lost)
    assert all(any(address in network for address in lost) for network in found)


def test_a_network_is_a_slash_24_and_a_slash_64():
    seen = [ip_address("10.0.3.7"), ip_address("fd00:0:0:1::7")]
    assert [str(network) for network in infer_networks(seen, NOTHING, ())] == ["10.0.3.0/24", "fd00:0:0:1::/64"]


def test_a_netbios_broadcast_tells_a_wider_network():
    edges = census_of(talk("10.0.1.7", "10.0.3.255", "udp/138", answered=False)).edges()
    found = infer_networks([ip_address("10.0.1.7"), ip_address("10.0.2.9")], edges, ())
    assert [str(network) for network in found] == ["10.0.0.0/22"]


def test_the_vlan_of_an_address_is_the_one_it_mostly_speaks_in():
    edges = census_of(
        talk("10.0.1.7", "10.0.2.1", vlan=20, times=3),
        talk("10.0.1.7", "10.0.2.1", vlan=30),
        talk("10.0.1.8", "10.0.2.1"),
    ).edges()
    assert vlans_by_address(edges) == {"10.0.1.7": 20}
