"""Where an address lives: its asset, its zone, and whether the hospital runs it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from cloison.model.hospital import OUTSIDE, Address, AssetId, Hospital, Network, ZoneId

PRIVATE: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",  # RFC 3927
        "100.64.0.0/10",  # RFC 6598
        "fc00::/7",  # RFC 4193
        "fe80::/10",  # RFC 4291
    )
)
"""Without a map, what is taken as the hospital's own."""

V = TypeVar("V")

_Prefixes: TypeAlias = list[tuple[tuple[int, int], dict[int, V]]]
"""((version, host bits), {network number: value}), longest prefix first."""

Numbers: TypeAlias = npt.NDArray[np.int64]
"""(n,) IPv4 addresses as numbers."""

LOCATION_SCHEMA = {"address": pl.String(), "zone": pl.String(), "asset": pl.String(), "inside": pl.Boolean()}


class AddressBook:
    """Addresses to assets and zones, by longest prefix.

    An address is `inside` when its zone's kind is neither internet nor supplier; when no zone of the map
    holds it, or there is no map, when it is private. Broadcast, multicast, unspecified and loopback
    addresses, and text that is no address, are not inside.
    """

    def __init__(self, hospital: Hospital | None) -> None:
        zones = hospital.zones if hospital else ()
        kinds = {zone.id: zone.kind for zone in zones}
        self._networks = _by_prefix([(network, zone.id) for zone in zones for network in zone.networks])
        self._private = _by_prefix([(network, True) for network in PRIVATE])
        self._outside = frozenset(zone for zone, kind in kinds.items() if kind in OUTSIDE)
        self._assets: dict[Address, tuple[AssetId, ZoneId]] = {
            address: (asset.id, asset.zone)
            for asset in (hospital.assets if hospital else ())
            for address in asset.addresses
        }
        self._ipv4 = _ipv4_steps(
            [(network, zone.id not in self._outside) for zone in zones for network in zone.networks],
            {address: zone not in self._outside for address, (_, zone) in self._assets.items()},
        )
        self.locate = lru_cache(maxsize=1 << 17)(self._locate)

    def _locate(self, text: str) -> tuple[ZoneId | None, AssetId | None, bool]:
        """Give the zone, the asset and whether it is inside."""
        try:
            address = ip_address(text)
        except ValueError:
            return None, None, False
        asset, zone = self._assets.get(address, (None, None))
        zone = zone or _longest(self._networks, address)
        if zone is not None:
            return zone, asset, zone not in self._outside
        if address.is_multicast or address.is_loopback or address.is_unspecified:
            return None, None, False
        return None, None, _longest(self._private, address) is not None

    def inside_of(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Tell for many IPv4 addresses at once whether the hospital runs them, as `locate` does for one."""
        inside = np.zeros(len(numbers), np.bool_)
        undecided = np.ones(len(numbers), np.bool_)
        for shift, networks, flags in self._ipv4:
            place = np.searchsorted(networks, numbers >> shift)
            place[place == len(networks)] = 0
            held = undecided & (networks[place] == numbers >> shift)
            inside[held] = flags[place[held]]
            undecided &= ~held
        return inside

    def table(self, addresses: pl.Series) -> pl.DataFrame:
        """Locate each distinct address.

        Args:
            addresses: (n,) String, nulls ignored.

        Returns:
            One row per distinct address, columns of `LOCATION_SCHEMA`; join on "address".
        """
        distinct = addresses.drop_nulls().unique()
        rows = [(text, *self.locate(text)) for text in distinct]
        return pl.DataFrame(rows, schema=LOCATION_SCHEMA, orient="row")


def ipv4_numbers(addresses: pl.Series) -> Numbers:
    """Give each address as a number, -1 where the text is no IPv4 address in canonical form."""
    parts = pl.col("address").str.split_exact(".", 3).struct.rename_fields(["a", "b", "c", "d"])
    octets = [parts.struct.field(name).cast(pl.Int64, strict=False) for name in "abcd"]
    whole = pl.format("{}.{}.{}.{}", *octets) == pl.col("address")
    small = pl.all_horizontal(octet.is_between(0, 255) for octet in octets)
    number = octets[0] * (1 << 24) + octets[1] * (1 << 16) + octets[2] * (1 << 8) + octets[3]
    told = addresses.to_frame("address").select(
        number=pl.when((whole & small).fill_null(value=False)).then(number).otherwise(-1)
    )
    return told["number"].to_numpy()


_NOWHERE = (("224.0.0.0/4", False), ("127.0.0.0/8", False), ("0.0.0.0/32", False))
"""Neither inside nor outside, unless the map says so: multicast, loopback, unspecified."""

_Step: TypeAlias = tuple[int, Numbers, npt.NDArray[np.bool_]]
"""Host bits, network numbers in order, whether each is inside."""


def _ipv4_steps(zones: Iterable[tuple[Network, bool]], assets: Mapping[Address, bool]) -> list[_Step]:
    """Put in the order in which they decide: assets, the map's networks by falling length, nowhere, private."""
    nowhere = [(ip_network(text), flag) for text, flag in _NOWHERE]
    private = [(network, True) for network in PRIVATE]
    exact = [(ip_network(address), flag) for address, flag in assets.items()]
    return [step for pairs in (exact, list(zones), nowhere, private) for step in _steps(pairs)]


def _steps(pairs: Iterable[tuple[Network, bool]]) -> Iterator[_Step]:
    for (version, shift), table in _by_prefix(pairs):
        if version == 4:  # noqa: PLR2004 - IPv4
            ordered = sorted(table.items())
            networks = np.array([number for number, _ in ordered], np.int64)
            yield shift, networks, np.array([flag for _, flag in ordered], np.bool_)


def _by_prefix(pairs: Iterable[tuple[Network, V]]) -> _Prefixes[V]:
    tables: dict[tuple[int, int], dict[int, V]] = {}
    for network, value in pairs:
        shift = network.max_prefixlen - network.prefixlen
        tables.setdefault((network.version, shift), {})[int(network.network_address) >> shift] = value
    return sorted(tables.items(), key=lambda entry: entry[0][1])


def _longest(prefixes: _Prefixes[V], address: Address) -> V | None:
    number = int(address)
    for (version, shift), table in prefixes:
        if version == address.version and (number >> shift) in table:
            return table[number >> shift]
    return None
