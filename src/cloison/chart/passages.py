"""The conduits that traffic shows between zones, and the flows through them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from cloison.chart.crossings import Crossings
from cloison.chart.merge import join
from cloison.chart.naming import Names
from cloison.chart.proposed import Conflict, Entry, Teller
from cloison.chart.services import Span, folded, span_of, spans_of
from cloison.model.finding import Evidence
from cloison.model.hospital import Conduit, ConduitId, Flow, FlowId, Hospital, Learned, ZoneId
from cloison.words import say_many

RARE = 3
"""A service with fewer records than this on a conduit is listed there, but is no flow of its own."""

FLOWS_LEARNED = 5_000
"""Flows that learning puts in a map, those with the most records first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One service that crossed from one zone to another."""

    from_: ZoneId
    to: ZoneId
    span: Span
    src: str
    dst: str
    first: datetime
    last: datetime
    records: int
    bytes_: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """Conduits and flows, old and new; what contradicts a person's; what was left out.

    Attributes:
        seen: ids of the conduits and flows that traffic took.
        rare: services too rare to be a flow.
        crowded: flows for which there was no room.
    """

    conduits: tuple[Conduit, ...]
    flows: tuple[Flow, ...]
    conflicts: tuple[Conflict, ...]
    seen: frozenset[str]
    rare: int
    crowded: int


def sightings(crossings: Crossings) -> list[Sighting]:
    """Read the table of what crossed."""
    return [_sighting(row) for row in crossings.table.iter_rows(named=True)]


def _sighting(row: dict[str, Any]) -> Sighting:
    span = Span(row["proto"], row["low"], row["high"])
    note = say_many(
        "{src} opened {service} to {dst}, {n} exchange",
        "{src} opened {service} to {dst}, {n} exchanges",
        row["records"],
        src=row["src"],
        dst=row["dst"],
        service=str(span),
    )
    return Sighting(
        from_=ZoneId(row["from"]),
        to=ZoneId(row["to"]),
        span=span,
        src=row["src"],
        dst=row["dst"],
        first=row["first"],
        last=row["last"],
        records=row["records"],
        bytes_=row["bytes"],
        evidence=Evidence(origin=row["origin"], record=row["record"], note=note),
    )


class _Use(NamedTuple):
    """A crossing, the conduit that it took, and the service that stands for it there."""

    conduit: ConduitId
    service: str
    sighting: Sighting


def lay(hospital: Hospital, crossings: Crossings, teller: Teller) -> Passages:
    """Give every crossing a conduit, and every common one a flow.

    A person's conduits are left as they are: what crosses them undeclared is a conflict. Between zones
    that no person joined, a learned conduit lists what passed.

    Args:
        hospital: the map, with the zones learned.
        crossings: on that map.
        teller: writes the reasons.
    """
    pairs: dict[tuple[ZoneId, ZoneId], list[Sighting]] = {}
    for sighting in sightings(crossings):
        pairs.setdefault((sighting.from_, sighting.to), []).append(sighting)
    joined: dict[tuple[ZoneId, ZoneId], list[Conduit]] = {}
    for conduit in hospital.conduits:
        joined.setdefault((conduit.from_, conduit.to), []).append(conduit)
    names = Names(conduit.id for conduit in hospital.conduits)
    changed: dict[ConduitId, Conduit] = {}
    new: list[Conduit] = []
    conflicts: list[Conflict] = []
    uses: list[_Use] = []
    for pair, seen in pairs.items():
        by_person = [conduit for conduit in joined.get(pair, ()) if conduit.learned is None]
        by_machine = next((conduit for conduit in joined.get(pair, ()) if conduit.learned), None)
        stands = folded(sighting.span for sighting in seen)
        loose = []
        for sighting in seen:
            holder = _declaring(by_person, sighting.span)
            if holder is None:
                loose.append(sighting)
            else:
                uses.append(_Use(holder.id, str(stands[sighting.span]), sighting))
        if not loose:
            continue
        if by_person and by_machine is None:
            conflicts += [_undeclared(by_person[0], sighting) for sighting in loose]
            continue
        conduit = _grown(by_machine or _empty(pair, names, loose), loose, teller)
        if by_machine is None:
            new.append(conduit)
        else:
            changed[conduit.id] = conduit
        listed = spans_of(conduit.services)
        for sighting in loose:
            holding = next(span for span in listed if span.covers(sighting.span))
            uses.append(_Use(conduit.id, str(holding), sighting))
    conduits = (*(changed.get(conduit.id, conduit) for conduit in hospital.conduits), *new)
    return _with_flows(conduits, tuple(conflicts), hospital.flows, uses, teller)


def _declaring(conduits: Iterable[Conduit], span: Span) -> Conduit | None:
    """Find the conduit that lets a service pass; one that lists nothing says nothing against it."""
    for conduit in conduits:
        if not conduit.services or any(allowed.covers(span) for allowed in spans_of(conduit.services)):
            return conduit
    return None


def _undeclared(conduit: Conduit, sighting: Sighting) -> Conflict:
    return Conflict(
        entry=Entry.CONDUIT,
        id=conduit.id,
        what=say_many(
            "{service} passes and is not declared: {src} to {dst}, {n} exchange",
            "{service} passes and is not declared: {src} to {dst}, {n} exchanges",
            sighting.records,
            service=str(sighting.span),
            src=sighting.src,
            dst=sighting.dst,
        ),
        evidence=sighting.evidence,
    )


def _empty(pair: tuple[ZoneId, ZoneId], names: Names, seen: Sequence[Sighting]) -> Conduit:
    nothing = Learned(first=seen[0].first, last=seen[0].first, records=0)
    return Conduit(id=ConduitId(names.give(f"{pair[0]}>{pair[1]}")), from_=pair[0], to=pair[1], learned=nothing)


def _grown(conduit: Conduit, seen: Sequence[Sighting], teller: Teller) -> Conduit:
    """List on a learned conduit what passed, each service once."""
    listed = spans_of(conduit.services)
    missing = [one.span for one in seen if not any(span.covers(one.span) for span in listed)]
    standing = set(folded([*listed, *missing]).values()) if missing else set(listed)
    kept = sorted(span for span in standing if not any(other != span and other.covers(span) for other in standing))
    return replace(conduit, services=tuple(map(str, kept)), learned=join(conduit.learned, _learned(seen, teller)))


def _learned(seen: Sequence[Sighting], teller: Teller) -> Learned:
    busiest = sorted(seen, key=lambda one: (-one.records, one.span))[:3]
    return Learned(
        first=min(one.first for one in seen),
        last=max(one.last for one in seen),
        records=sum(one.records for one in seen),
        bytes_=sum(one.bytes_ for one in seen),
        because=teller.because(one.evidence for one in busiest),
    )


def _with_flows(
    conduits: tuple[Conduit, ...],
    conflicts: tuple[Conflict, ...],
    existing: Sequence[Flow],
    uses: Sequence[_Use],
    teller: Teller,
) -> Passages:
    by_conduit: dict[ConduitId, list[Flow]] = {}
    for flow in existing:
        for conduit in flow.via:
            by_conduit.setdefault(conduit, []).append(flow)
    again: dict[FlowId, list[Sighting]] = {}
    fresh: dict[tuple[ConduitId, str], list[Sighting]] = {}
    for use in uses:
        carrier = _carrying(by_conduit.get(use.conduit, ()), use.sighting.span)
        if carrier is None:
            fresh.setdefault((use.conduit, use.service), []).append(use.sighting)
        else:
            again.setdefault(carrier.id, []).append(use.sighting)
    common = {key: seen for key, seen in fresh.items() if sum(one.records for one in seen) >= RARE}
    room = max(0, FLOWS_LEARNED - sum(1 for flow in existing if flow.learned))
    busiest = sorted(common.items(), key=lambda pair: -sum(one.records for one in pair[1]))[:room]
    names = Names(flow.id for flow in existing)
    kept = dict(busiest)
    new = [
        Flow(
            id=FlowId(names.give(f"{conduit}/{service.replace('/', '-')}")),
            via=(conduit,),
            service=service,
            learned=_learned(seen, teller),
        )
        for (conduit, service), seen in common.items()
        if (conduit, service) in kept
    ]
    old = [
        replace(flow, learned=join(flow.learned, _learned(again[flow.id], teller)))
        if flow.learned and flow.id in again
        else flow
        for flow in existing
    ]
    return Passages(
        conduits=conduits,
        flows=(*old, *new),
        conflicts=conflicts,
        seen=frozenset({use.conduit for use in uses} | set(again)),
        rare=len(fresh) - len(common),
        crowded=len(common) - len(kept),
    )


def _carrying(flows: Iterable[Flow], span: Span) -> Flow | None:
    """Find the flow of a service: the one that names it, else one whose range holds it."""
    holding = [flow for flow in flows if (listed := span_of(flow.service)) and listed.covers(span)]
    return min(holding, key=lambda flow: flow.service != str(span), default=None)
