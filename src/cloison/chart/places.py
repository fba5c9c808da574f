"""Which zone of the map an address lives in, with the internet for what lives in none."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

import polars as pl

from cloison.model.addressing import PRIVATE, AddressBook
from cloison.model.hospital import OUTSIDE, Address, Hospital, ZoneId, ZoneKind

PLACE_SCHEMA = {"address": pl.String(), "zone": pl.String(), "own": pl.Boolean(), "host": pl.Boolean()}

_RESERVED = tuple(ip_network(text) for text in ("0.0.0.0/8", "240.0.0.0/4"))  # RFC 1122, RFC 1112


class Places:
    """Addresses to zones.

    A public address that no zone holds is in the map's internet zone, if there is one. A private address
    that only a default route (0.0.0.0/0, ::/0) of an outside zone holds is in no zone: it is a network
    of the hospital that the map does not know yet.
    """

    def __init__(self, hospital: Hospital | None) -> None:
        zones = hospital.zones if hospital else ()
        self._book = AddressBook(hospital)
        self._internet = next((zone.id for zone in zones if zone.kind is ZoneKind.INTERNET), None)
        self._outside = {
            zone.id: tuple(network for network in zone.networks if network.prefixlen > 0)
            for zone in zones
            if zone.kind in OUTSIDE
        }
        self.place = lru_cache(maxsize=1 << 17)(self._place)

    def _place(self, text: str) -> tuple[ZoneId | None, bool, bool]:
        """Give the zone, whether the hospital runs the address, and whether it is one machine's."""
        try:
            address = ip_address(text)
        except ValueError:
            return None, False, False
        if not _is_host(address):
            return None, False, False
        zone, asset, inside = self._book.locate(text)
        if zone in self._outside and asset is None and _is_private(address):
            narrow = any(address in network for network in self._outside[zone])
            return (zone, False, True) if narrow else (None, True, True)
        if zone is None and not inside:
            zone = self._internet
        return zone, inside, True

    def table(self, addresses: pl.Series) -> pl.DataFrame:
        """Place each distinct address: columns of `PLACE_SCHEMA`, to join on "address"."""
        rows = [(text, *self.place(text)) for text in addresses.drop_nulls().unique().sort()]
        return pl.DataFrame(rows, schema=PLACE_SCHEMA, orient="row")


def _is_private(address: Address) -> bool:
    return any(address in network for network in PRIVATE)


def _is_host(address: Address) -> bool:
    """Tell whether an address can be one machine's across networks: link-local ones never cross."""
    if address.is_multicast or address.is_loopback or address.is_unspecified or address.is_link_local:
        return False
    return not any(address in network for network in _RESERVED)
