from ipaddress import ip_address, ip_network

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.model.addressing import LOCATION_SCHEMA, PRIVATE, AddressBook, ipv4_numbers
from cloison.model.hospital import OUTSIDE, Asset, Hospital, Zone, ZoneKind

four = st.tuples(st.integers(0, 255), st.integers(20, 32)).map(
    lambda one: ip_network((f"10.0.{one[0] % 4}.{one[0]}", one[1]), strict=False)
)
six = st.tuples(st.integers(0, 15), st.integers(56, 128)).map(
    lambda one: ip_network((f"2001:db8:0:{one[0]}::{one[0]}", one[1]), strict=False)
)
addresses = st.one_of(
    st.tuples(st.integers(0, 3), st.integers(0, 255)).map(lambda one: f"10.0.{one[0]}.{one[1]}"),
    st.tuples(st.integers(0, 15), st.integers(0, 15)).map(lambda one: f"2001:db8:0:{one[0]:x}::{one[1]:x}"),
    st.sampled_from(["192.168.1.1", "198.51.100.7", "fd00::1", "224.0.0.1", "127.0.0.1", "0.0.0.0", "ff02::1"]),  # noqa: S104
)


@st.composite
def maps(draw):
    networks = draw(st.lists(four | six, unique=True, max_size=8))
    zones = tuple(
        Zone(id=f"z{place}", name="Z", kind=draw(st.sampled_from(ZoneKind)), networks=(network,))
        for place, network in enumerate(networks)
    )
    return Hospital(name="CH", zones=zones)


@given(maps(), addresses)
def test_the_longest_prefix_wins_as_when_all_are_tried(hospital, text):
    address = ip_address(text)
    holding = [(net.prefixlen, zone) for zone in hospital.zones for net in zone.networks if address in net]
    home = max(holding, key=lambda one: one[0])[1] if holding else None
    if home is not None:
        inside = home.kind not in OUTSIDE
    else:
        special = address.is_multicast or address.is_loopback or address.is_unspecified
        inside = not special and any(address in network for network in PRIVATE)
    assert AddressBook(hospital).locate(text) == (home.id if home else None, None, inside)


odd = st.sampled_from(["01.2.3.4", "1.2.3", "1.2.3.4.5", "256.1.1.1", "", "1.2.3.-4", "+1.2.3.4", "1.2.3.4 ", "pc-12"])


@given(maps(), st.lists(addresses | st.ip_addresses(v=4).map(str) | odd, max_size=12))
def test_many_addresses_at_once_are_told_as_one_by_one(hospital, texts):
    homes = hospital.zones[:1]
    assets = tuple(Asset(id="box", name="Box", zone=zone.id, addresses=(ip_address("10.0.1.7"),)) for zone in homes)
    book = AddressBook(Hospital(name="CH", zones=hospital.zones, assets=assets))
    texts = [*texts, "10.0.1.7"]
    numbers = ipv4_numbers(pl.Series(texts, dtype=pl.String))
    for text, number, inside in zip(texts, numbers, book.inside_of(numbers), strict=True):
        try:
            assert number == (int(ip_address(text)) if "." in text else -1)
        except ValueError:
            assert number == -1
        if number >= 0:
            assert inside == book.locate(text)[2]


def test_an_assets_own_zone_comes_before_the_networks():
    zones = (
        Zone(id="office", name="O", kind=ZoneKind.OFFICE, networks=(ip_network("10.0.0.0/8"),)),
        Zone(id="away", name="A", kind=ZoneKind.SUPPLIER),
    )
    asset = Asset(id="box", name="Box", zone="away", addresses=(ip_address("10.0.0.9"),))
    book = AddressBook(Hospital(name="CH", zones=zones, assets=(asset,)))
    assert book.locate("10.0.0.9") == ("away", "box", False)
    assert book.locate("10.0.0.8") == ("office", None, True)


@pytest.mark.parametrize(
    ("text", "inside"),
    [("10.1.2.3", True), ("fe80::1", True), ("203.0.113.5", False), ("255.255.255.255", False), ("no address", False)],
)
def test_without_a_map_private_addresses_are_inside(text, inside):
    assert AddressBook(None).locate(text) == (None, None, inside)


def test_a_table_has_one_row_for_each_address():
    table = AddressBook(None).table(pl.Series(["10.0.0.1", None, "10.0.0.1", "203.0.113.5"]))
    assert table.schema == pl.Schema(LOCATION_SCHEMA)
    assert sorted(table.select("address", "inside").rows()) == [("10.0.0.1", True), ("203.0.113.5", False)]
