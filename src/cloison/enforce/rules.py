"""From a plan's levels to what each enforcement point is asked: no device is touched here."""

from collections.abc import Collection, Mapping
from itertools import product

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.spans import zone_spans
from cloison.model.hospital import (
    Conduit,
    ConduitId,
    EnforcementPoint,
    EnforcementPointId,
    Hospital,
    Level,
    ZoneId,
    ZoneKind,
)
from cloison.model.sealing import (
    Crossing,
    DoorRules,
    LeftOut,
    Passing,
    PointRules,
    Rules,
    Span,
    Structure,
    Vanishing,
)
from cloison.words import Sentence, say

_CARE = frozenset({ZoneKind.CARE, ZoneKind.BIOMEDICAL})

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "sctp": 132}
"""IANA protocol numbers; ICMP over IPv6 is 58."""

_ICMP6 = 58


def rules_of(levels: Mapping[ConduitId, Level], hospital: Hospital) -> Rules:
    """Say what shutting these conduits asks of each point, and which cannot be asked of any.

    A door that leads to care or biomedical zones fails open: care must not stay cut because Cloison died. Any
    other stays shut: an intruder must not reopen it by killing Cloison.

    Args:
        levels: conduits that are not open, by id; ids of the map.
        hospital: the map.
    """
    spans, kinds = zone_spans(hospital), {zone.id: zone.kind for zone in hospital.zones}
    points = {point.id: point for point in hospital.enforcement_points}
    doors: dict[EnforcementPointId, list[DoorRules]] = {point.id: [] for point in hospital.enforcement_points}
    left_out: list[LeftOut] = []
    for conduit in hospital.conduits:
        level = levels.get(conduit.id, Level.OPEN)
        if level is Level.OPEN:
            continue
        point = points.get(conduit.enforced_by) if conduit.enforced_by else None
        if point is None:
            left_out.append(LeftOut(conduit=conduit.id, reason=say("no enforcement point can shut it")))
            continue
        hindrance = _hindrance(conduit, point, spans, _twins(conduit, levels, hospital))
        if hindrance is not None:
            left_out.append(LeftOut(conduit=conduit.id, reason=hindrance))
            continue
        sources, targets = spans[conduit.from_], spans[conduit.to]
        passing = [flow.service for flow in hospital.flows if flow.lifeline and conduit.id in flow.via]
        doors[point.id].append(
            DoorRules(
                conduit=conduit.id,
                level=level,
                vanishing=Vanishing.FAIL_OPEN if kinds[conduit.to] in _CARE else Vanishing.STAY_SHUT,
                crossings=tuple(Crossing(source=one, target=other) for one, other in _pairs(sources, targets)),
                passings=_passings(passing, sources, targets) if level is Level.LIFELINE else (),
            )
        )
    return Rules(
        points=tuple(PointRules(point=points[point], doors=tuple(theirs)) for point, theirs in doors.items() if theirs),
        left_out=tuple(left_out),
    )


def structures_of(hospital: Hospital) -> tuple[Structure, ...]:
    """Say what each point is to be armed for: every door that it may be asked to shut, and no plan needed."""
    spans = zone_spans(hospital)
    lowest = {conduit.id: Level.LIFELINE for conduit in hospital.conduits if conduit.enforced_by}
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    structures = []
    for point in rules_of(lowest, hospital).points:
        ends = {(conduits[door.conduit].to, conduits[door.conduit].from_) for door in point.doors}
        answers: list[Passing] = []
        for conduit in hospital.conduits:
            if (conduit.from_, conduit.to) in ends:
                uses = {flow.service for flow in hospital.flows if conduit.id in flow.via}
                answers += _passings(sorted({*conduit.services, *uses}), spans[conduit.from_], spans[conduit.to])
        structures.append(Structure(point=point.point, doors=point.doors, answers=tuple(dict.fromkeys(answers))))
    return tuple(structures)


def protocol_of(service: str, version: int) -> tuple[int, tuple[int, int] | None]:
    """Give the protocol and the ports of a service of the map: "tcp/443", "udp/1024-2047", "ip/50", "icmp"."""
    name, _, rest = service.partition("/")
    if name == "ip":
        return int(rest), None
    if name == "icmp":
        return (PROTOCOLS[name] if version == 4 else _ICMP6), None  # noqa: PLR2004 - IPv4
    first, _, last = rest.partition("-")
    return PROTOCOLS[name], (int(first), int(last or first))


def _hindrance(
    conduit: Conduit,
    point: EnforcementPoint,
    spans: Mapping[ZoneId, Collection[Span]],
    twins: Collection[ConduitId],
) -> Sentence | None:
    driver = known_drivers().get(point.driver)
    if driver is None:
        return say("{point} wants a driver that Cloison does not have: {driver}", point=point.id, driver=point.driver)
    if driver.by_hand:
        return None
    if driver.needs_address and point.address is None:
        return say("the map does not say where {point} answers (address)", point=point.id)
    if twins:
        return say("addresses cannot tell it from {others}, which is not shut alike", others=", ".join(twins))
    return _unaddressed(conduit, point, spans, speaks_ipv6=driver.speaks_ipv6)


def _unaddressed(
    conduit: Conduit, point: EnforcementPoint, spans: Mapping[ZoneId, Collection[Span]], *, speaks_ipv6: bool
) -> Sentence | None:
    """Say why the addresses of its ends cannot shut a conduit whole: a door half shut is open."""
    for zone in (conduit.from_, conduit.to):
        if not spans[zone]:
            return say("the map gives no network of {zone}", zone=zone)
    if not _pairs(spans[conduit.from_], spans[conduit.to]):
        return say("one end has IPv4 addresses only, the other IPv6 only: no address says what to shut")
    if not speaks_ipv6 and all(_has_ipv6(spans[zone]) for zone in (conduit.from_, conduit.to)):
        return say("{driver} shuts IPv4 only, and both ends have IPv6 addresses", driver=point.driver)
    return None


def _twins(conduit: Conduit, levels: Mapping[ConduitId, Level], hospital: Hospital) -> tuple[ConduitId, ...]:
    """Give the passages of the same ends and point that the plan puts at another level."""
    ends = (conduit.from_, conduit.to, conduit.enforced_by)
    return tuple(
        other.id
        for other in hospital.conduits
        if (other.from_, other.to, other.enforced_by) == ends
        and levels.get(other.id, Level.OPEN) is not levels[conduit.id]
    )


def _has_ipv6(spans: Collection[Span]) -> bool:
    return any(span.first.version == 6 for span in spans)  # noqa: PLR2004 - IPv6


def _pairs(sources: Collection[Span], targets: Collection[Span]) -> list[tuple[Span, Span]]:
    return [(one, other) for one, other in product(sources, targets) if one.first.version == other.first.version]


def _passings(named: Collection[str], sources: Collection[Span], targets: Collection[Span]) -> tuple[Passing, ...]:
    """Let services pass, each service once, services that overlap joined: devices refuse overlaps."""
    passings: list[Passing] = []
    for source, target in _pairs(sources, targets):
        services = {protocol_of(service, source.first.version) for service in named}
        for protocol in sorted({number for number, _ in services}):
            ranges = sorted(ports for number, ports in services if number == protocol and ports)
            joined: list[tuple[int, int]] = []
            for first, last in ranges:
                if joined and first <= joined[-1][1] + 1:
                    joined[-1] = (joined[-1][0], max(joined[-1][1], last))
                else:
                    joined.append((first, last))
            either: list[tuple[int, int] | None] = [*joined] or [None]
            passings.extend(Passing(source=source, target=target, protocol=protocol, ports=ports) for ports in either)
    return tuple(passings)
