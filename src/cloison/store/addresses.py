"""Networks, addresses and services that the map gives: well written, and each in one place."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from cloison.model.hospital import Address, Network, ZoneKind
from cloison.store.keys import Mistake, Path, Plain, entries
from cloison.words import Sentence, say

_SERVICE = re.compile(r"(?:tcp|udp|sctp)/(\d{1,5})(?:-(\d{1,5}))?|icmp|ip/(\d{1,3})", re.ASCII)
_SWAPPED = re.compile(r"\s*(?:(\d+(?:-\d+)?)\s*[/: ]\s*([a-z]+)|([a-z]+)\s*[/: ]\s*(\d+(?:-\d+)?))\s*", re.ASCII)
_WELL_KNOWN = {  # IANA service names and port numbers, and the registered ports of DICOM and HL7
    "http": "tcp/80",
    "https": "tcp/443",
    "ssh": "tcp/22",
    "smb": "tcp/445",
    "rdp": "tcp/3389",
    "dns": "udp/53",
    "ntp": "udp/123",
    "ldap": "tcp/389",
    "ldaps": "tcp/636",
    "kerberos": "tcp/88",
    "dicom": "tcp/104",
    "hl7": "tcp/2575",
    "ping": "icmp",
}
_LAST_PORT = 65535
_LAST_PROTOCOL = 255


class _Held(NamedTuple):
    """A network of a zone."""

    network: Network
    zone: str
    path: Path

    @property
    def order(self) -> tuple[int, int, int]:
        """Wider networks before those they hold."""
        return self.network.version, int(self.network.network_address), self.network.prefixlen


def mistakes(data: Plain) -> Iterator[Mistake]:
    """Find networks that overlap or are ill written, addresses in two places, and unknown services."""
    held: list[_Held] = []
    for path, zone in entries(data, "zone"):
        for place, text in _texts(zone, "networks", path):
            network = _network(text)
            if network is None:
                yield Mistake(place, *_ill_written(text))
            elif network.prefixlen == 0 and zone.get("kind") != ZoneKind.INTERNET:
                yield Mistake(
                    place,
                    say("only a zone of kind internet may hold every address"),
                    say("write the networks of this zone"),
                )
            else:
                held.append(_Held(network, str(zone.get("id")), place))
    held.sort(key=lambda one: one.order)
    yield from _overlaps(held)
    yield from _assets(data, held)
    for table, key in (("conduit", "services"), ("flow", "service")):
        for path, entry in entries(data, table):
            for place, text in _texts(entry, key, path):
                if not _is_service(text):
                    yield Mistake(place, say('"{text}" is not a service', text=text), _service_fix(text))


def _texts(entry: Plain, key: str, path: Path) -> Iterator[tuple[Path, str]]:
    value = entry.get(key)
    if isinstance(value, str):
        yield (*path, key), value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            if isinstance(one, str):
                yield (*path, key, index), one


def _network(text: str, *, strict: bool = True) -> Network | None:
    if "%" in text:  # an interface's name, which ipaddress accepts and no other machine knows
        return None
    try:
        return ip_network(text, strict=strict)
    except ValueError:
        return None


def _ill_written(text: str) -> tuple[Sentence, Sentence]:
    meant = _network(text, strict=False)
    if meant is None:
        return (
            say('"{text}" is not a network', text=text),
            say('write it as "10.10.0.0/22" or "2001:db8::/64"'),
        )
    reason = say('"{text}" is an address inside a network, not the network', text=text)
    return reason, say('write "{word}"', word=str(meant))


def _overlaps(held: list[_Held]) -> Iterator[Mistake]:
    """One mistake for each network that holds other zones' networks; what lies in that of internet does not count.

    Source: one pass over prefixes sorted by start, then length; a stack keeps those still open.
    """
    outer: list[_Held] = []
    inner: dict[Path, list[_Held]] = {}
    by_path: dict[Path, _Held] = {}
    for one in held:
        while outer and not _holds(outer[-1].network, one.network):
            outer.pop()
        other = next((wide for wide in reversed(outer) if wide.zone != one.zone), None)
        if other is not None and (other.network.prefixlen > 0 or one.network.prefixlen == 0):
            inner.setdefault(other.path, []).append(one)
            by_path[other.path] = other
        outer.append(one)
    for path, ones in inner.items():
        wide = by_path[path]
        zones = ", ".join(sorted({one.zone for one in ones}))
        place = max(path, ones[0].path) if len(ones) == 1 else path
        yield Mistake(
            place,
            say(
                '{network}, of zone "{zone}", holds addresses that the map also gives to: {zones}',
                network=str(wide.network),
                zone=wide.zone,
                zones=zones,
            ),
            say("split the wider network, or take the narrower one out: an address lives in one zone"),
        )


def _holds(wide: Network, narrow: Network) -> bool:
    return wide.version == narrow.version and (
        int(wide.network_address) <= int(narrow.network_address)
        and int(narrow.broadcast_address) <= int(wide.broadcast_address)
    )


def _assets(data: Plain, held: list[_Held]) -> Iterator[Mistake]:
    zones = {zone["id"] for _, zone in entries(data, "zone") if isinstance(zone.get("id"), str)}
    owners: dict[Address, str] = {}
    tables = _by_prefix(held)
    for path, asset in entries(data, "asset"):
        name, zone = str(asset.get("id")), asset.get("zone")
        for place, text in _texts(asset, "addresses", path):
            try:
                address = ip_address(text)
            except ValueError:
                yield Mistake(place, say('"{text}" is not an address', text=text), _address_fix(text))
                continue
            if getattr(address, "scope_id", None) is not None:
                reason = say('"{text}" names an interface of one machine', text=text)
                yield Mistake(place, reason, say('write "{word}"', word=text.partition("%")[0]))
                continue
            owner = owners.setdefault(address, name)
            if owner != name:
                yield Mistake(
                    place,
                    say('{address} is already the address of asset "{asset}"', address=text, asset=owner),
                    say("keep it on the asset that answers there"),
                )
                continue
            home = _home(tables, address)
            if home is not None and isinstance(zone, str) and home != zone and zone in zones:
                yield Mistake(
                    place,
                    say('{address} lies in the networks of zone "{zone}"', address=text, zone=home),
                    say('write zone = "{zone}" for this asset, or correct its address', zone=home),
                )


def _by_prefix(held: list[_Held]) -> dict[tuple[int, int], dict[int, str]]:
    """(version, host bits) -> network number -> zone, longest prefixes first; without what holds every address."""
    tables: dict[tuple[int, int], dict[int, str]] = {}
    for one in sorted(held, key=lambda one: -one.network.prefixlen):
        if one.network.prefixlen:
            shift = one.network.max_prefixlen - one.network.prefixlen
            table = tables.setdefault((one.network.version, shift), {})
            table.setdefault(int(one.network.network_address) >> shift, one.zone)
    return tables


def _home(tables: dict[tuple[int, int], dict[int, str]], address: Address) -> str | None:
    for (version, shift), table in tables.items():
        zone = table.get(int(address) >> shift) if version == address.version else None
        if zone is not None:
            return zone
    return None


def _address_fix(text: str) -> Sentence:
    host, slash, _ = text.partition("/")
    try:
        ip_address(host)
    except ValueError:
        slash = ""
    if slash:
        return say('write "{word}"', word=host)
    return say('write it as "10.30.1.10" or "2001:db8::10"')


def _is_service(text: str) -> bool:
    found = _SERVICE.fullmatch(text)
    if found is None:
        return False
    first, last, protocol = found.groups()
    if protocol is not None:
        return int(protocol) <= _LAST_PROTOCOL
    return first is None or 0 < int(first) <= int(last or first) <= _LAST_PORT


def _service_fix(text: str) -> Sentence:
    known = _WELL_KNOWN.get(text.casefold())
    if known:
        return say('write "{word}"', word=known)
    found = _SWAPPED.fullmatch(text.casefold())
    if found:
        right = f"{found[2] or found[3]}/{found[1] or found[4]}"
        if _is_service(right):
            return say('write "{word}"', word=right)
    return say('write it as "tcp/443", "udp/53", "tcp/1024-65535", "ip/50" or "icmp"')
