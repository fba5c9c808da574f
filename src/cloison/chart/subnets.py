"""Which networks the addresses seen live in, when no map says."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, ip_address, ip_network

import polars as pl

from cloison.model.hospital import Address, Network

USUAL_V4 = 24
USUAL_V6 = 64  # RFC 4291 section 2.5.4
WIDEST_V4 = 16
_NETBIOS = (137, 138)
"""RFC 1001, 1002: names and datagrams sent to all of a network, by its broadcast address."""

_OCTET = 255


def infer_networks(addresses: Iterable[Address], edges: pl.DataFrame, taken: Sequence[Network]) -> tuple[Network, ...]:
    """Find networks that hold addresses and overlap neither each other nor those of the map.

    A NetBIOS broadcast gives its network's size: to 10.0.3.255 from 10.0.1.7, the network is at least
    10.0.0.0/22. Without one, a network is a /24 (IPv6: /64). Where that would overlap a network of the
    map it is halved until it does not.

    Args:
        addresses: that no network of `taken` holds.
        edges: of the census.
        taken: networks of the map, default routes left out.
    """
    wide = _broadcast_networks(edges)
    found: set[Network] = set()
    for address in set(addresses):
        usual = USUAL_V4 if address.version == 4 else USUAL_V6  # noqa: PLR2004 the protocol's own number
        network = next((net for net in wide if address in net), ip_network((address, usual), strict=False))
        # Halving down to the widest part that the map leaves free gives parts that are equal or apart.
        while network not in found and network.prefixlen < network.max_prefixlen and _overlaps(network, taken):
            network = next(half for half in network.subnets() if address in half)
        found.add(network)
    return tuple(sorted(found, key=lambda net: (net.version, int(net.network_address))))


def _overlaps(network: Network, others: Iterable[Network]) -> bool:
    return any(network.version == other.version and network.overlaps(other) for other in others)


def _broadcast_networks(edges: pl.DataFrame) -> tuple[IPv4Network, ...]:
    """Give the networks that NetBIOS broadcasts tell of, widest first, none within another."""
    shouted = edges.filter(
        (pl.col("proto") == "udp") & pl.col("dst_port").is_in(_NETBIOS) & pl.col("answered").ne_missing(other=True)
    )
    shouted = shouted.filter(pl.col("dst").str.ends_with(f".{_OCTET}")).select("src", "dst").unique()
    networks = set()
    for src, dst in shouted.iter_rows():
        source, target = ip_address(src), ip_address(dst)
        if source.version != target.version:
            continue
        shared = 32 - (int(source) ^ int(target)).bit_length()
        prefix = min(shared, USUAL_V4)
        network = IPv4Network((int(target), prefix), strict=False)
        if prefix >= WIDEST_V4 and network.broadcast_address == target:
            networks.add(network)
    return tuple(sorted(_outermost(networks), key=lambda net: net.prefixlen))


def _outermost(networks: Iterable[IPv4Network]) -> list[IPv4Network]:
    """Keep the networks that are within no other; neighbours are not joined."""
    kept: list[IPv4Network] = []
    for network in sorted(networks, key=lambda net: net.prefixlen):
        if not any(network.subnet_of(other) for other in kept):
            kept.append(network)
    return kept


def vlans_by_address(edges: pl.DataFrame) -> dict[str, int]:
    """Give the VLAN that most of what an address sent was tagged with; the lowest of equals."""
    tagged = edges.filter(pl.col("vlan").is_not_null()).group_by("src", "vlan").agg(pl.col("records").sum())
    best = tagged.sort("src", "records", "vlan", descending=[False, True, False]).unique(
        "src", keep="first", maintain_order=True
    )
    return dict(best.select("src", "vlan").iter_rows())
