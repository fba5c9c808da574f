from ipaddress import ip_address, ip_network

import numpy as np

from cloison.model.hospital import Zone, ZoneKind
from cloison.rehearse.population import WORLD, neighbourhood, populate

DOCUMENTATION = [ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")]


def test_no_two_machines_share_an_address(hospital):
    hosts = populate(hospital)
    assert len(set(hosts.address)) == len(hosts.address)


def test_each_machine_lies_in_a_network_of_its_zone(hospital):
    hosts = populate(hospital)
    for address, zone in zip(hosts.address, hosts.zone, strict=True):
        assert any(ip_address(str(address)) in network for network in hospital.zones[zone].networks)


def test_every_system_of_the_map_is_there_under_its_own_name(hospital):
    hosts = populate(hospital)
    assert set(hosts.name[hosts.listed]) == {asset.id for asset in hospital.assets}


def test_the_map_does_not_list_most_desks(hospital):
    hosts = populate(hospital)
    desks = hosts.having("workstation")
    assert 150 < np.sum(~hosts.listed[desks]) < 400


def test_the_world_outside_uses_addresses_that_belong_to_nobody(hospital):
    hosts = populate(hospital)
    roles = [role for role, _, _ in WORLD]
    outside = hosts.having(*roles)
    assert len(outside) == sum(count for _, _, count in WORLD)
    for address in hosts.address[outside]:
        assert any(ip_address(str(address)) in network for network in DOCUMENTATION)


def test_machines_can_be_asked_by_role_and_kind_of_zone(hospital):
    hosts = populate(hospital)
    office = hosts.having("workstation", kind=ZoneKind.OFFICE)
    assert set(hosts.kind[office]) == {"office"}
    assert 0 < len(office) < len(hosts.having("workstation"))


def test_a_sweep_tries_254_addresses_at_most_and_never_the_world():
    def zone(*networks):
        return Zone(id="z", name="z", kind=ZoneKind.OFFICE, networks=tuple(map(ip_network, networks)))

    assert len(neighbourhood(zone("10.1.0.0/22"))) == 254
    assert neighbourhood(zone("10.1.0.0/30")).tolist() == ["10.1.0.1", "10.1.0.2"]
    assert len(neighbourhood(zone("0.0.0.0/0", "fd00::/64"))) == 0
