from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.enforce.wards import (
    BOTH,
    CARE_TO_SERVERS,
    CORE,
    OFFICE_TO_SERVERS,
    SERVERS_TO_BACKUPS,
    SERVERS_TO_CARE,
    hospital,
)

from cloison.enforce.rules import protocol_of, rules_of, structures_of
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import Vanishing


def doors(rules):
    return {door.conduit: door for point in rules.points for door in point.doors}


def test_passages_that_lead_to_care_fail_open_and_others_stay_shut():
    found = doors(rules_of(BOTH, hospital()))
    assert found[SERVERS_TO_CARE].vanishing is Vanishing.FAIL_OPEN
    assert found[OFFICE_TO_SERVERS].vanishing is Vanishing.STAY_SHUT


def test_lifelines_pass_at_level_lifeline_only():
    at_lifeline = doors(rules_of({OFFICE_TO_SERVERS: Level.LIFELINE}, hospital()))[OFFICE_TO_SERVERS]
    closed = doors(rules_of({OFFICE_TO_SERVERS: Level.CLOSED}, hospital()))[OFFICE_TO_SERVERS]
    assert [(one.protocol, one.ports) for one in at_lifeline.passings] == [(6, (8042, 8042))]
    assert (closed.passings, closed.crossings) == ((), at_lifeline.crossings)


def test_open_passages_are_asked_of_nobody():
    assert rules_of({OFFICE_TO_SERVERS: Level.OPEN}, hospital()).points == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"driver": "perl"}, "a driver that Cloison does not have"),
        ({"driver": "nftables"}, "does not say where coeur answers"),
    ],
)
def test_what_no_device_can_be_asked_is_left_out_with_its_reason(change, reason):
    rules = rules_of(BOTH, hospital(**change))
    assert rules.points == ()
    assert all(reason in str(one.reason) for one in rules.left_out)


def test_a_passage_without_a_point_or_without_addresses_is_left_out():
    here = hospital()
    bare = replace(here, conduits=tuple(replace(one, enforced_by=None) for one in here.conduits))
    unknown = replace(here, zones=tuple(replace(one, networks=()) for one in here.zones), assets=())
    for one in (bare, unknown):
        assert {left.conduit for left in rules_of(BOTH, one).left_out} == set(BOTH)


def of_networks(driver, office, servers):
    here = hospital(driver=driver, address={"nftables": "local", "junos": "ssh://a@10.0.0.1"}.get(driver))
    named = {"bureau": office, "serveurs": servers}
    return replace(
        here,
        assets=(),
        zones=tuple(
            replace(zone, networks=tuple(map(ip_network, named.get(zone.id, map(str, zone.networks)))))
            for zone in here.zones
        ),
    )


BOTH_FAMILIES = ("10.1.0.0/24", "fd00:1::/64"), ("10.2.0.0/24", "fd00:2::/64")


def test_a_passage_between_ipv6_addresses_is_shut_in_both_families_or_left_out_whole():
    (door,) = doors(rules_of({OFFICE_TO_SERVERS: Level.LIFELINE}, of_networks("nftables", *BOTH_FAMILIES))).values()
    assert [(str(one.source.first), str(one.target.first)) for one in door.crossings] == [
        ("10.1.0.0", "10.2.0.0"),
        ("fd00:1::", "fd00:2::"),
    ]
    assert len(door.passings) == len(door.crossings)
    refused = rules_of({OFFICE_TO_SERVERS: Level.CLOSED}, of_networks("junos", *BOTH_FAMILIES))
    assert refused.points == ()
    assert "junos shuts IPv4 only" in str(refused.left_out[0].reason)


@pytest.mark.parametrize("driver", ["nftables", "junos", "memory"])
def test_a_passage_whose_ends_share_no_family_is_never_called_shut(driver):
    apart = of_networks(driver, ("10.1.0.0/24",), ("fd00:2::/64",))
    rules = rules_of({OFFICE_TO_SERVERS: Level.CLOSED}, apart)
    assert rules.points == ()
    assert "IPv6 only" in str(rules.left_out[0].reason)
    assert OFFICE_TO_SERVERS not in {door.conduit for one in structures_of(apart) for door in one.doors}


def test_a_passage_that_addresses_cannot_tell_from_an_open_one_is_left_out():
    here = hospital()
    twin = replace(here.conduits[0], id=ConduitId("bureau>serveurs-2"))
    both = replace(here, conduits=(*here.conduits, twin))
    assert [one.conduit for one in rules_of({twin.id: Level.CLOSED}, both).left_out] == [twin.id]
    alike = rules_of({twin.id: Level.CLOSED, OFFICE_TO_SERVERS: Level.CLOSED}, both)
    assert alike.left_out == ()


def test_a_cable_needs_no_address():
    assert set(doors(rules_of({SERVERS_TO_BACKUPS: Level.CLOSED}, hospital()))) == {SERVERS_TO_BACKUPS}
    assert rules_of(BOTH, hospital()).points[0].point.id == CORE


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("tcp/443", (6, (443, 443))),
        ("udp/1024-2047", (17, (1024, 2047))),
        ("ip/50", (50, None)),
        ("icmp", (1, None)),
    ],
)
def test_services_are_protocols_and_ports(service, told):
    assert protocol_of(service, 4) == told


def test_lifelines_that_overlap_are_joined_since_devices_refuse_overlaps():
    here = hospital()
    flows = tuple(
        replace(here.flows[0], id=f"f{number}", service=service)
        for number, service in enumerate(("tcp/100-200", "tcp/150-300", "tcp/301", "icmp"))
    )
    door = doors(rules_of({OFFICE_TO_SERVERS: Level.LIFELINE}, replace(here, flows=flows)))[OFFICE_TO_SERVERS]
    assert [(one.protocol, one.ports) for one in door.passings] == [(1, None), (6, (100, 301))]


def test_a_point_is_armed_for_every_door_of_the_map_and_for_the_answers_of_the_other_way():
    core, cabinet = structures_of(hospital())
    assert [door.conduit for door in core.doors] == [OFFICE_TO_SERVERS, SERVERS_TO_CARE, CARE_TO_SERVERS]
    assert {door.level for door in core.doors} == {Level.LIFELINE}
    assert [(str(one.source.first), str(one.target.first), one.ports) for one in core.answers] == [
        ("10.2.0.0", "10.3.0.0", (443, 443)),
        ("10.3.0.0", "10.2.0.0", (104, 104)),
    ]
    assert (len(cabinet.doors), cabinet.answers) == (1, ())
