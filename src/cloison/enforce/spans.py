"""The addresses of each zone, so that no two zones hold one address."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address

from cloison.model.hospital import Address, Hospital, ZoneId
from cloison.model.sealing import Span

_TOP = {4: 2**32 - 1, 6: 2**128 - 1}


def zone_spans(hospital: Hospital) -> Mapping[ZoneId, tuple[Span, ...]]:
    """Give the addresses of each zone: its networks, its assets' addresses, and for 0.0.0.0/0 what nobody else has.

    Devices refuse members that overlap, and "all of the Internet" must not shut a door between two other zones. Whoever
    writes 0.0.0.0/0 for the outside and leaves ::/0 out means the outside all the same: the rest of both is meant.

    Returns:
        Spans in order, disjoint over all zones; none for a zone of which no address is known.
    """
    spans: dict[ZoneId, list[Span]] = {zone.id: [] for zone in hospital.zones}
    for zone in hospital.zones:
        for network in zone.networks:
            if network.prefixlen:
                spans[zone.id].append(Span(first=network.network_address, last=network.broadcast_address))
    for asset in hospital.assets:
        spans[asset.zone].extend(Span(first=address, last=address) for address in asset.addresses)
    merged = {zone: _merged(held) for zone, held in spans.items()}
    taken = _merged(span for held in merged.values() for span in held)
    for zone in hospital.zones:
        everything = any(not network.prefixlen for network in zone.networks)
        rest = [span for version in _TOP for span in _between(taken, version)] if everything else []
        merged[zone.id] = _merged([*merged[zone.id], *rest])
    return {zone: tuple(held) for zone, held in merged.items()}


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.first.version, int(each.first))):
        before = joined[-1] if joined else None
        if before and before.last.version == span.first.version and int(span.first) <= int(before.last) + 1:
            joined[-1] = Span(first=before.first, last=max(before.last, span.last, key=int))
        else:
            joined.append(span)
    return joined


def _between(taken: Sequence[Span], version: int) -> Iterable[Span]:
    """Give what the spans leave free, of one family."""
    free = 0
    for span in taken:
        if span.first.version == version:
            if int(span.first) > free:
                yield Span(first=_address(free, version), last=_address(int(span.first) - 1, version))
            free = int(span.last) + 1
    if free <= _TOP[version]:
        yield Span(first=_address(free, version), last=_address(_TOP[version], version))


def _address(number: int, version: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)  # noqa: PLR2004 - IPv4
