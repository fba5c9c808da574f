"""The range's network is the map's."""

from dataclasses import replace
from ipaddress import IPv4Address, ip_network

from cloison.enforce.rules import rules_of
from cloison.model.hospital import Asset, AssetId, Hospital, Level, Zone, ZoneId, ZoneKind
from cloison.rehearse.range.layout import lay_out


def test_every_listed_system_lives_at_its_own_address_in_its_own_zone(layout):
    for asset in layout.hospital.assets:
        place, address = layout.place_of(asset.id)
        assert (place.zone, place.namespace, (address,)) == (asset.zone, asset.zone, asset.addresses)


def test_machines_that_no_inventory_lists_live_there_too(layout):
    listed = {asset.id for asset in layout.hospital.assets}
    wards = layout.compartment(ZoneId("unites-soins"))
    assert len(set(wards.hosts) - listed) > 50
    assert all(address in wards.networks[0] for address in wards.hosts.values())


def test_somebody_outside_is_named_for_probes_to_call(layout):
    outside = [asset for asset in layout.hospital.assets if asset.zone == "internet"]
    assert len(outside) == 5
    assert all(layout.place_of(asset.id)[1] == asset.addresses[0] for asset in outside)


def test_no_host_has_the_router_s_address(layout):
    for one in layout.compartments:
        assert not {gateway.ip for gateway in one.gateways} & set(one.hosts.values())


def test_every_link_has_a_name_that_the_kernel_takes(layout):
    links = [one.link for one in layout.compartments]
    assert len(set(links)) == len(links)
    assert all(len(link) < 16 for link in links)


def test_the_router_shuts_every_door_that_can_be_shut(layout):
    hospital = layout.hospital
    rules = rules_of({conduit.id: Level.CLOSED for conduit in hospital.conduits}, hospital)
    assert {point.point.address for point in rules.points} == {"netns:range-router"}
    doors = sum(len(point.doors) for point in rules.points)
    assert doors == sum(1 for conduit in hospital.conduits if conduit.enforced_by)


def test_a_gateway_gives_way_to_a_host_and_foreign_addresses_are_left_out():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.SERVER, networks=(ip_network("10.1.0.0/24"),))
    first = Asset(id=AssetId("a"), name="A", zone=zone.id, addresses=(IPv4Address("10.1.0.1"),))
    far = Asset(id=AssetId("b"), name="B", zone=zone.id, addresses=(IPv4Address("192.0.2.1"),))
    (one,) = lay_out(Hospital(name="H", zones=(zone,), assets=(first, far))).compartments
    assert (str(one.gateways[0]), set(one.hosts)) == ("10.1.0.2/24", {"a"})


def test_a_zone_without_an_ipv4_network_has_no_place():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.SERVER, networks=(ip_network("fd00::/64"),))
    assert lay_out(Hospital(name="H", zones=(zone, replace(zone, id=ZoneId("y"), networks=())))).compartments == ()
