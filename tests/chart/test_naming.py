"""Names and ids."""

from ipaddress import ip_address, ip_network

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chart.traffic import census_of, other_rows

from cloison.chart.naming import Names, asset_id, asset_name, host_names, slug, zone_id, zone_name
from cloison.model.hospital import ZoneKind
from cloison.model.observations import Kind


def named(*rows, kind=Kind.DNS):
    return host_names(census_of(also={kind: other_rows(kind, *rows)}).names())


def forward(name, address):
    return {"query": name, "query_type": "A", "answers": [address]}


def test_a_machine_is_called_by_its_first_label():
    assert named(forward("pacs.ch.example", "10.0.0.9")) == {"10.0.0.9": "pacs"}


def test_a_name_of_its_own_is_preferred_to_a_shared_one():
    rows = [forward("portail.ch.example", address) for address in ("10.0.0.8", "10.0.0.9")]
    assert named(*rows, *rows, forward("web-2.ch.example", "10.0.0.9")) == {"10.0.0.8": "portail", "10.0.0.9": "web-2"}


def test_the_site_that_a_machine_serves_is_not_its_name():
    rows = {"src": "10.0.0.1", "dst": "10.0.0.2", "server_name": "dpi.ch.example"}
    assert named(rows, kind=Kind.TLS) == {}


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "a-2"]), max_size=12), st.sets(st.sampled_from(["a", "c"])))
def test_ids_are_given_once(wanted, taken):
    names = Names(taken)
    given_out = [names.give(name) for name in wanted]
    assert len({*given_out, *taken}) == len(given_out) + len(taken)


@settings(deadline=None)
@given(st.text())
def test_a_slug_is_plain(text):
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_machine_without_a_name_is_called_by_its_address():
    address = ip_address("10.0.0.9")
    assert asset_id(address, None, None) == "machine-10-0-0-9"
    assert str(asset_name(address, None, None)) == "machine 10.0.0.9"
    assert asset_id(address, "pacs", None) == "pacs"


def test_zones_are_called_by_their_vlan_else_their_network():
    network = ip_network("10.0.0.0/24")
    assert zone_id(network, None) == "net-10-0-0-0-24"
    assert zone_id(network, 20) == "vlan-20"
    assert str(zone_name(ZoneKind.CARE, [network], None)) == "Care applications, 10.0.0.0/24"
    assert str(zone_name(None, [network], None)) == "Network of unknown use, 10.0.0.0/24"
    assert str(zone_name(ZoneKind.CARE, [network], 20)) == "Care applications, VLAN 20"
