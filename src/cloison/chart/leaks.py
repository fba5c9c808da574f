"""Leaks: what crosses between zones that nobody declared, and the ways that it opens to care."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cloison.chart.census import Census
from cloison.chart.crossings import Crossings, cross
from cloison.chart.passages import Sighting, sightings
from cloison.chart.places import Places
from cloison.chart.reach import Arc, shortest_ways
from cloison.chart.services import BY_NAME, Span, family_of, folded, spans_of
from cloison.chart.stakes import care_by_zone
from cloison.model.hospital import Conduit, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.leak import Hop, Leak, LeakKind, LeakReport, Unjudged
from cloison.words import say, say_many

UNTRUSTED = (ZoneKind.INTERNET, ZoneKind.SUPPLIER, ZoneKind.OFFICE)
"""Where intruders start: outside, or behind a mail."""

PRECIOUS = frozenset({ZoneKind.CARE, ZoneKind.BIOMEDICAL, ZoneKind.BACKUP, ZoneKind.IDENTITY})
"""Where they must not get: care, its devices, the copies, and the keys to everything."""

BARELY_A_WAY = frozenset({"dns", "ntp", "dhcp", "syslog"})
"""Families that prove a way worst: few intruders take them from one zone to the next."""

DECLARED, LEARNED, UNSAID, UNDECLARED = range(4)
"""How a crossing stands: a person let it pass; only a machine saw it; a person listed no service; nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """A leak with what ranks it."""

    leak: Leak
    volume: int

    def rank(self) -> tuple[float, int, int, int, str, str, str]:
        """Order by care, then records, then volume; ties by length and names, so that it never changes."""
        leak = self.leak
        service = leak.hops[0].service
        return -leak.care_per_hour, -leak.records, -self.volume, len(leak.hops), leak.from_, leak.to, service


def find_leaks(hospital: Hospital, census: Census) -> LeakReport:
    """Compare what passed with what the map says may pass.

    An undeclared crossing is a leak of one hop. A path is the shortest way from an untrusted kind of zone to
    a precious zone that needs at least one hop which no person declared, when no declared way is as short.
    Attempts that nobody answered are no leak. Conduits that were learned are not declared: a person has yet
    to confirm them. On a map where no person declared any, what crosses them is counted and not listed: to
    list all that passes as a leak would say nothing.

    Args:
        hospital: the map.
        census: started on that map's book.
    """
    crossings = cross(census, Places(hospital))
    stands = _Declarations(hospital)
    seen = [(sighting, stands.of(sighting)) for sighting in sightings(crossings)]
    zones = {zone.id: zone for zone in hospital.zones}
    care = care_by_zone(hospital)
    leaks = [*_undeclared(seen, zones, care), *_paths(hospital, seen, zones, care)]
    leaks.sort(key=_Weighed.rank)
    return LeakReport(leaks=tuple(one.leak for one in leaks), unjudged=_unjudged(census, crossings, seen))


class _Declarations:
    """What conduits let pass, by pair of zones."""

    def __init__(self, hospital: Hospital) -> None:
        somebody_spoke = any(conduit.learned is None for conduit in hospital.conduits)
        self._learned = UNDECLARED if somebody_spoke else LEARNED
        self._by_pair: dict[tuple[ZoneId, ZoneId], list[tuple[Conduit, tuple[Span, ...]]]] = {}
        for conduit in hospital.conduits:
            entry = (conduit, spans_of(conduit.services))
            self._by_pair.setdefault((conduit.from_, conduit.to), []).append(entry)

    def of(self, sighting: Sighting) -> int:
        """Tell how a crossing stands, in the best light."""
        best = UNDECLARED
        for conduit, spans in self._by_pair.get((sighting.from_, sighting.to), ()):
            if any(span.covers(sighting.span) for span in spans):
                best = min(best, DECLARED if conduit.learned is None else self._learned)
            elif not conduit.services:
                best = min(best, UNSAID)
        return best


def _hop(seen: Sequence[Sighting], service: Span) -> Hop:
    """Make one hop of the sightings of one service between two zones; the busiest proves it."""
    busiest = min(seen, key=lambda one: (-one.records, one.evidence.origin, one.evidence.record))
    return Hop(
        from_=busiest.from_,
        to=busiest.to,
        service=str(service),
        src=busiest.src,
        dst=busiest.dst,
        records=sum(one.records for one in seen),
        first=min(one.first for one in seen),
        last=max(one.last for one in seen),
        evidence=busiest.evidence,
    )


def _undeclared(
    seen: Iterable[tuple[Sighting, int]], zones: Mapping[ZoneId, Zone], care: Mapping[ZoneId, float]
) -> list[_Weighed]:
    pairs: dict[tuple[ZoneId, ZoneId], list[Sighting]] = {}
    for sighting, stand in seen:
        if stand == UNDECLARED:
            pairs.setdefault((sighting.from_, sighting.to), []).append(sighting)
    leaks = []
    for (from_, to), crossed in pairs.items():
        stands = folded(one.span for one in crossed)
        groups: dict[Span, list[Sighting]] = {}
        for one in crossed:
            groups.setdefault(stands[one.span], []).append(one)
        for span, group in groups.items():
            hop = _hop(group, group[0].span if len(group) == 1 else span)
            explanation = say_many(
                "{from_} to {to}: {service} passed {n} time, and no passage declares it ({src} to {dst})",
                "{from_} to {to}: {service} passed {n} times, and no passage declares it ({src} to {dst})",
                hop.records,
                from_=zones[from_].name,
                to=zones[to].name,
                service=hop.service,
                src=hop.src,
                dst=hop.dst,
            )
            leak = Leak(
                kind=LeakKind.UNDECLARED,
                from_=from_,
                to=to,
                hops=(hop,),
                care_per_hour=care.get(to, 0.0),
                records=zones[to].patient_records,
                explanation=explanation,
            )
            leaks.append(_Weighed(leak=leak, volume=sum(one.bytes_ for one in group)))
    return leaks


def _paths(
    hospital: Hospital,
    seen: Iterable[tuple[Sighting, int]],
    zones: Mapping[ZoneId, Zone],
    care: Mapping[ZoneId, float],
) -> list[_Weighed]:
    proofs: dict[Arc, tuple[Sighting, int]] = {}
    for sighting, stand in seen:
        arc = Arc(from_=sighting.from_, to=sighting.to, declared=stand == DECLARED)
        if arc not in proofs or _footing(sighting) < _footing(proofs[arc][0]):
            proofs[arc] = (sighting, stand)
    internet = frozenset(zone.id for zone in hospital.zones if zone.kind is ZoneKind.INTERNET)
    paths = []
    for kind in UNTRUSTED:
        starts = [zone.id for zone in hospital.zones if zone.kind is kind]
        ways = shortest_ways(proofs, starts, never_through=internet)
        for zone in hospital.zones:
            way = ways.get((zone.id, True))
            known = ways.get((zone.id, False))
            if zone.kind not in PRECIOUS or not way or (known is not None and len(known) <= len(way)):
                continue
            if len(way) == 1 and proofs[way[0]][1] == UNDECLARED:
                continue  # already told, as undeclared
            paths.append(_path(way, proofs, zones, care))
    return paths


def _footing(sighting: Sighting) -> tuple[int, int]:
    """Order the services of one crossing by how an intruder would take it, then by records."""
    family = family_of(sighting.span.proto, sighting.span.low, None)
    if family is None:
        ease = 1
    elif BY_NAME[family].swept:
        ease = 0
    else:
        ease = 2 if family in BARELY_A_WAY else 1
    return ease, -sighting.records


def _path(
    way: Sequence[Arc],
    proofs: Mapping[Arc, tuple[Sighting, int]],
    zones: Mapping[ZoneId, Zone],
    care: Mapping[ZoneId, float],
) -> _Weighed:
    hops = tuple(_hop([proofs[arc][0]], proofs[arc][0].span) for arc in way)
    end = zones[way[-1].to]
    through = " → ".join(zones[zone].name for zone in (way[0].from_, *(arc.to for arc in way)))
    explanation = say_many(
        "{through}: a way in {n} hop; hops that no person declared: {undeclared}",
        "{through}: a way in {n} hops; hops that no person declared: {undeclared}",
        len(way),
        through=through,
        undeclared=sum(1 for arc in way if not arc.declared),
    )
    leak = Leak(
        kind=LeakKind.PATH,
        from_=way[0].from_,
        to=end.id,
        hops=hops,
        care_per_hour=care.get(end.id, 0.0),
        records=end.patient_records,
        explanation=explanation,
    )
    # A way carries no more than its narrowest hop.
    return _Weighed(leak=leak, volume=min(proofs[arc][0].bytes_ for arc in way))


def _unjudged(census: Census, crossings: Crossings, seen: Iterable[tuple[Sighting, int]]) -> tuple[Unjudged, ...]:
    by_stand = [0, 0, 0, 0]
    for sighting, stand in seen:
        by_stand[stand] += sighting.records
    attempts = int(crossings.attempts["records"].sum())
    strangers = crossings.strangers
    shown = ", ".join(strangers[:3]) + (", …" if len(strangers) > 3 else "")  # noqa: PLR2004 enough to recognise them
    entries = (
        Unjudged(
            what=say_many(
                "{n} address is in no compartment: {shown}",
                "{n} addresses are in no compartment: {shown}",
                len(strangers),
                shown=shown,
            ),
            reason=say("the map does not say where these addresses live"),
            records=crossings.unplaced,
        ),
        Unjudged(
            what=say("traffic between compartments whose answer is not known"),
            reason=say("the logs do not tell whether the other side answered, nor who asked"),
            records=crossings.unknown,
        ),
        Unjudged(
            what=say("traffic on passages that list no service"),
            reason=say("nobody said what may pass there"),
            records=by_stand[UNSAID],
        ),
        Unjudged(
            what=say("traffic on passages that were learned, and that nobody confirmed"),
            reason=say("a machine saw them; a person has yet to say whether they should be"),
            records=by_stand[LEARNED],
        ),
        Unjudged(
            what=say("attempts between compartments that nobody answered"),
            reason=say("an attempt without an answer is no passage"),
            records=attempts,
        ),
        Unjudged(
            what=say("network messages between compartments (ICMP and others)"),
            reason=say("they carry no service; a ping proves no way in"),
            records=crossings.messages,
        ),
        Unjudged(
            what=say("records that were left out"),
            reason=say("there were too many distinct exchanges to keep them all"),
            records=census.dropped(),
        ),
    )
    return tuple(entry for entry in entries if entry.records)
