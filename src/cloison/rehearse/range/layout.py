"""The range's network, computed from the map: who lives where, behind which address of the router."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from cloison.model.hospital import Asset, AssetId, Hospital, ZoneId, ZoneKind
from cloison.rehearse.population import Hosts, populate
from cloison.rehearse.range.place import Namespace

ROUTER = "range-router"
SENSORS = "range-sensors"

WORLD = IPv4Network("100.64.0.0/30")
"""Joins the router and the world outside, in a range that is neither the hospital's nor the world's (RFC 6598)."""

WITNESSES = {"web": 3, "offsite-copy": 1, "teleradiology": 1}
"""Machines of the world outside, by role, that the range's map names: hospitals know some, and they answer there."""

DRIVER, ADDRESS = "nftables", f"netns:{ROUTER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """One zone of the range.

    Attributes:
        zone: its id; its network namespace has the same name.
        kind: what lives there.
        link: name of the router's interface that leads there.
        networks: what the router reaches by that interface; the world outside has none: it is the rest.
        gateways: the router's address in each network, with its prefix.
        hosts: asset's id or machine's name -> address.
    """

    zone: ZoneId
    kind: ZoneKind
    link: str
    networks: tuple[IPv4Network, ...]
    gateways: tuple[IPv4Interface, ...]
    hosts: Mapping[str, IPv4Address]

    @property
    def place(self) -> Namespace:
        """Where its programs run."""
        return Namespace(zone=self.zone, namespace=self.zone, addresses=self.hosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLayout:
    """The whole network.

    Attributes:
        hospital: the map of the range: the hospital's own, its doors all on the range's router, no address elsewhere.
        compartments: in the map's order.
    """

    hospital: Hospital
    compartments: tuple[Compartment, ...]

    def compartment(self, zone: ZoneId) -> Compartment:
        """Give a zone's; `KeyError` when it has none."""
        return {one.zone: one for one in self.compartments}[zone]

    def place_of(self, asset: AssetId) -> tuple[Namespace, IPv4Address]:
        """Give the place where an asset's programs run, and its address; `KeyError` when it has none."""
        for one in self.compartments:
            if asset in one.hosts:
                return one.place, one.hosts[asset]
        raise KeyError(asset)

    @property
    def places(self) -> Mapping[ZoneId, Namespace]:
        """Every zone's place."""
        return {one.zone: one.place for one in self.compartments}


def lay_out(hospital: Hospital) -> RangeLayout:
    """Give each zone that has an IPv4 network its hosts: the map's assets, and those that no inventory lists.

    The machines that the map does not name, and the world outside, are those of the written day (`population`).
    Assets whose address lies outside their zone's networks are left out, as are IPv6 addresses.
    """
    people = populate(hospital)
    compartments = []
    for index, zone in enumerate(hospital.zones):
        outside = zone.kind is ZoneKind.INTERNET
        networks = tuple(net for net in zone.networks if isinstance(net, IPv4Network))
        if not networks:
            continue
        here = people.zone == index
        named = zip(people.name[here], map(str, people.address[here]), strict=True)
        placed = {str(name): IPv4Address(text) for name, text in named if ":" not in text}
        hosts = {name: address for name, address in placed.items() if any(address in net for net in networks)}
        joining = (WORLD,) if outside else networks
        taken = set(hosts.values())
        compartments.append(
            Compartment(
                zone=zone.id,
                kind=zone.kind,
                link=f"z{index:02d}",
                networks=() if outside else networks,
                gateways=tuple(_gateway(net, taken) for net in joining),
                hosts=hosts,
            )
        )
    return RangeLayout(hospital=_with_witnesses(range_map(hospital), people), compartments=tuple(compartments))


def range_map(hospital: Hospital) -> Hospital:
    """Give the map of the range: the same, but every point of cut is the range's own router.

    A door that a person moves in the hospital (a cable in a cabinet) is moved by the router in the range, and its time
    to act stays the map's: so a plan chosen on this map is the hospital's plan. No address of a real device remains.
    """
    points = tuple(replace(point, driver=DRIVER, address=ADDRESS) for point in hospital.enforcement_points)
    return replace(hospital, enforcement_points=points)


def _with_witnesses(hospital: Hospital, people: Hosts) -> Hospital:
    """Name some machines of the world outside: probes need somebody there to tell a door shut from a silent street."""
    zones = [zone.id for zone in hospital.zones]
    named = [
        Asset(
            id=AssetId(str(people.name[host])),
            name=str(people.name[host]),
            zone=zones[int(people.zone[host])],
            addresses=(IPv4Address(str(people.address[host])),),
        )
        for role, many in WITNESSES.items()
        for host in people.having(role, kind=ZoneKind.INTERNET)[:many]
        if people.zone[host] >= 0
    ]
    return replace(hospital, assets=(*hospital.assets, *named))


def _gateway(network: IPv4Network, taken: set[IPv4Address]) -> IPv4Interface:
    free = next(address for address in network.hosts() if address not in taken)
    return IPv4Interface(f"{free}/{network.prefixlen}")
