"""The machines that traffic shows, and their zones."""

from dataclasses import replace

from tests.chart.maps import OLD, SMALL, asset, zone
from tests.chart.traffic import census_of, other_rows, talk

from cloison.chart.inhabitants import settle_in, sights
from cloison.chart.places import Places
from cloison.chart.proposed import Teller
from cloison.model.hospital import Hospital, ZoneKind
from cloison.model.observations import Kind

TELLER = Teller(render=str)


def people(hospital, *talks, also=None):
    census = census_of(*talks, hospital=hospital, also=also)
    return settle_in(hospital, sights(census, Places(hospital)), census.edges(), TELLER)


EMPTY = Hospital(name="x")


def test_machines_that_spoke_or_answered_are_assets_and_those_only_tried_are_not():
    found = people(EMPTY, talk("10.0.0.1", "10.0.0.2"), talk("10.0.0.1", "10.0.0.3", answered=False))
    assert [str(one.addresses[0]) for one in found.assets] == ["10.0.0.1", "10.0.0.2"]


def test_addresses_of_others_are_not_assets():
    found = people(EMPTY, talk("10.0.0.1", "203.0.113.9", "tcp/443"))
    assert [str(one.addresses[0]) for one in found.assets] == ["10.0.0.1"]


def test_a_new_machine_joins_the_zone_that_holds_it():
    found = people(SMALL, talk("10.1.0.9", "10.2.0.9"))
    assert [(one.id, one.zone) for one in found.assets[2:]] == [
        ("machine-10-1-0-9", "bureaux"),
        ("machine-10-2-0-9", "serveurs"),
    ]
    assert found.zones == SMALL.zones


def test_a_new_network_is_a_zone_whose_kind_is_what_lives_there():
    talks = [talk(f"10.9.0.{host}", "10.9.1.10", "tcp/104", sent=9_000_000) for host in range(1, 4)]
    found = people(EMPTY, *talks)
    assert [(one.id, one.kind) for one in found.zones] == [
        ("net-10-9-0-0-24", ZoneKind.BIOMEDICAL),
        ("net-10-9-1-0-24", ZoneKind.CARE),
    ]
    assert found.zones[0].learned.because == ("3 machines of this role: imaging modality — source 1, record 1",)


def test_networks_of_one_vlan_are_one_zone():
    talks = [talk(f"10.9.{net}.1", "10.8.0.1", vlan=20 if net < 2 else 30) for net in range(3)]
    found = people(EMPTY, *talks)
    held = {one.id: [str(network) for network in one.networks] for one in found.zones}
    assert held == {
        "net-10-8-0-0-24": ["10.8.0.0/24"],
        "vlan-20": ["10.9.0.0/24", "10.9.1.0/24"],
        "vlan-30": ["10.9.2.0/24"],
    }


def test_a_learned_vlan_grows_and_a_persons_zone_does_not():
    by_machine = Hospital(name="x", zones=(zone("vlan-20", ZoneKind.OFFICE, "10.9.0.0/24", learned=OLD),))
    by_person = Hospital(name="x", zones=(zone("vlan-20", ZoneKind.OFFICE, "10.9.0.0/24"),))
    talks = [talk("10.9.1.1", "10.9.1.2", vlan=20), talk("10.9.1.2", "10.9.1.1", vlan=20)]
    assert [str(one) for one in people(by_machine, *talks).zones[0].networks] == ["10.9.0.0/24", "10.9.1.0/24"]
    grown = people(by_person, *talks)
    assert grown.zones[0] == by_person.zones[0]
    assert grown.zones[1].id == "vlan-20-2"


def test_a_machine_is_called_by_its_name_and_known_by_its_role():
    rows = other_rows(Kind.DHCP, {"assigned": "10.9.0.1", "host_name": "SCAN-1"})
    found = people(EMPTY, talk("10.9.0.1", "10.9.1.1", "tcp/104", sent=9_000_000), also={Kind.DHCP: rows})
    first = found.assets[0]
    assert (first.id, first.name, first.role) == ("scan-1", "scan-1", "modality")
    assert first.learned.because[0].startswith("uses DICOM on 1 machine (1 exchange)")


def test_what_a_person_wrote_stays_and_what_a_machine_wrote_is_refreshed():
    machine_made = asset("ancien", "bureaux", "10.1.0.5", learned=OLD)
    hospital = replace(SMALL, assets=(*SMALL.assets, machine_made))
    found = people(hospital, talk("10.1.0.5", "10.3.0.10", "tcp/104", times=20, received=9_000_000))
    assert found.assets[0] == SMALL.assets[0]
    refreshed = found.assets[2]
    assert (refreshed.role, refreshed.learned.records) == ("imaging-workstation", 30)
    assert refreshed.learned.first == OLD.first
