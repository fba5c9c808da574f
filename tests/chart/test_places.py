"""Where addresses live."""

import polars as pl
import pytest
from tests.chart.maps import asset, zone

from cloison.chart.places import Places
from cloison.model.hospital import Hospital, ZoneKind

MAP = Hospital(
    name="x",
    zones=(
        zone("internet", ZoneKind.INTERNET, "0.0.0.0/0"),
        zone("tele", ZoneKind.SUPPLIER, "192.168.50.0/24"),
        zone("bureaux", ZoneKind.OFFICE, "10.1.0.0/24", "2001:db8:1::/64"),
    ),
    assets=(asset("loin", "bureaux", "203.0.113.7"), asset("boitier", "internet", "10.200.0.1")),
)


@pytest.mark.parametrize(
    ("address", "zone_", "own", "host"),
    [
        ("10.1.0.9", "bureaux", True, True),
        ("2001:db8:1::9", "bureaux", True, True),
        ("203.0.113.9", "internet", False, True),
        ("203.0.113.7", "bureaux", True, True),
        ("192.168.50.4", "tele", False, True),
        ("10.99.0.1", None, True, True),
        ("10.200.0.1", "internet", False, True),
        ("224.0.0.251", None, False, False),
        ("255.255.255.255", None, False, False),
        ("fe80::1", None, False, False),
        ("127.0.0.1", None, False, False),
        ("no address", None, False, False),
    ],
)
def test_an_address_is_placed(address, zone_, own, host):
    assert Places(MAP).place(address) == (zone_, own, host)


def test_without_a_map_private_addresses_are_the_hospitals():
    places = Places(None)
    assert places.place("10.1.0.9") == (None, True, True)
    assert places.place("203.0.113.9") == (None, False, True)


def test_a_table_has_one_row_an_address():
    table = Places(MAP).table(pl.Series(["10.1.0.9", None, "10.1.0.9"], dtype=pl.String))
    assert table.rows() == [("10.1.0.9", "bureaux", True, True)]
