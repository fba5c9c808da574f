"""Who is on the hospital's network: the map's systems, those that it does not list, and the world outside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice

import numpy as np

from cloison.model.hospital import Hospital, Zone, ZoneKind
from cloison.rehearse.tape import Mask, Picks, Texts

UNLISTED = {"workstation": 4, "phone": 20}
"""Machines that live in a compartment without being in the map, for each one that is."""

WIDEST = 20
"""Prefix of the widest network that anyone would sweep in a day."""

PEOPLED = frozenset({ZoneKind.OFFICE, ZoneKind.CARE, ZoneKind.OT})

WORLD: tuple[tuple[str, str, int], ...] = (
    ("web", "198.18.0.0/17", 500),  # RFC 2544: nobody's
    ("patient", "198.19.0.0/17", 260),
    ("attacker", "203.0.113.0/24", 3),
    ("saas", "203.0.113.32/27", 24),
    ("update-cloud", "192.0.2.0/28", 8),
    ("guard-cloud", "192.0.2.32/29", 4),
    ("chat-cloud", "203.0.113.96/29", 4),
    ("mail-peer", "198.51.100.0/26", 50),
    ("name-server", "192.0.2.64/27", 20),
    ("time-server", "192.0.2.96/29", 4),
    ("teleradiology", "198.51.100.80/29", 2),
    ("offsite-copy", "198.51.100.96/29", 2),
    ("operator", "198.51.100.112/29", 2),
    ("box-cloud", "198.51.100.128/29", 3),
    ("supplier-outside", "198.51.100.144/29", 2),
)
"""(role, where it lives, how many) outside, in ranges kept for documentation (RFC 5737) and benchmarks."""

KNOWN_NAMES = {
    "update-cloud": "mises-a-jour.systeme.example",
    "guard-cloud": "console.antivirus.example",
    "chat-cloud": "presence.messagerie-instantanee.example",
    "teleradiology": "images.teleradiologie.example",
    "offsite-copy": "depot.sauvegarde-distante.example",
    "box-cloud": "relais.camera-nuage.example",
    "attacker": "cdn.suivi-livraison.example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Machines, one entry each in every array, all (h,).

    Attributes:
        zone: index in the map's zones; -1 when the map has no zone for the outside world.
        kind: kind of that zone.
        role: the map's role, or the world's.
        name: what it calls itself.
        listed: it is an asset of the map.
    """

    address: Texts
    zone: Picks
    kind: Texts
    role: Texts
    name: Texts
    listed: Mask

    def having(self, *roles: str, kind: ZoneKind | None = None) -> Picks:
        """Indexes of the machines with one of these roles, in a zone of that kind."""
        which = np.isin(self.role, roles)
        if kind is not None:
            which &= self.kind == kind.value
        return np.flatnonzero(which)


def populate(hospital: Hospital) -> Hosts:
    """Put machines on the map. The same map always gives the same machines, whatever the day."""
    place = {zone.id: index for index, zone in enumerate(hospital.zones)}
    rows: list[tuple[str, int, str, str, str, bool]] = []
    for asset in hospital.assets:
        index = place[asset.zone]
        rows.extend(
            (str(address), index, hospital.zones[index].kind.value, asset.role or "", asset.id, True)
            for address in asset.addresses[:1]
        )
    taken = {row[0] for row in rows}
    for index, zone in enumerate(hospital.zones):
        if zone.kind not in PEOPLED:
            continue
        free = (str(address) for address in _addresses(zone.networks) if str(address) not in taken)
        for role, each in UNLISTED.items():
            listed = sum(1 for row in rows if row[1] == index and row[3] == role and row[5])
            for number, address in enumerate(islice(free, listed * each)):
                rows.append((address, index, zone.kind.value, role, f"{role[:2]}-{index:02d}-{number:03d}", False))
    rows.extend(_world(hospital))
    return Hosts(
        address=np.array([row[0] for row in rows]),
        zone=np.array([row[1] for row in rows], dtype=np.intp),
        kind=np.array([row[2] for row in rows]),
        role=np.array([row[3] for row in rows]),
        name=np.array([row[4] for row in rows]),
        listed=np.array([row[5] for row in rows]),
    )


def neighbourhood(zone: Zone) -> Texts:
    """Addresses that a sweep of the zone tries: the first 254 of its first network, none when it is the world."""
    networks = [net for net in zone.networks if isinstance(net, IPv4Network) and net.prefixlen >= WIDEST]
    if not networks:
        return np.empty(0, dtype=np.str_)
    return np.array([str(address) for address in islice(networks[0].hosts(), 254)])


def _addresses(networks: Iterable[object]) -> Iterator[IPv4Address]:
    """Addresses that a DHCP server would give: the last three quarters of each IPv4 network."""
    fours = [network for network in networks if isinstance(network, IPv4Network)]
    return (net[i] for net in fours for i in range(max(1, net.num_addresses // 4), net.num_addresses - 1))


def _world(hospital: Hospital) -> Iterator[tuple[str, int, str, str, str, bool]]:
    outside = next((i for i, zone in enumerate(hospital.zones) if zone.kind is ZoneKind.INTERNET), -1)
    for role, network, count in WORLD:
        spaced = islice(
            IPv4Network(network).hosts(), 5 if role in {"web", "attacker"} else 0, None, 7 if role == "attacker" else 1
        )
        for number, address in enumerate(islice(spaced, count)):
            known = KNOWN_NAMES.get(role)
            name = (
                known if known and not number else f"{role}-{number:03d}.example" if not known else f"n{number}.{known}"
            )
            yield str(address), outside, ZoneKind.INTERNET.value, role, name, False
