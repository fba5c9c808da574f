"""Where traffic and the map disagree. The map keeps what it says; a person decides."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import polars as pl

from cloison.chart.crossings import Crossings
from cloison.chart.inhabitants import Sight
from cloison.chart.naming import slug
from cloison.chart.proposed import Conflict, Entry, Unseen
from cloison.chart.roles import BY_ROLE
from cloison.chart.services import Span, span_of
from cloison.model.hospital import Asset, Conduit, Hospital, Learned, ZoneId
from cloison.words import say, say_many

SURE = 0.7
"""Score from which a guessed role contradicts a written one."""

TRIES = 5
"""Unanswered attempts from which a declared service is said not to answer."""

NEIGHBOURS = 3
"""Machines of a zone whose VLAN must be known before one of them can be said to be elsewhere."""


def asset_conflicts(hospital: Hospital, seen: Mapping[str, Sight]) -> list[Conflict]:
    """Find the assets whose role, VLAN or place is not what the map says."""
    usual = _usual_vlans(seen.values())
    hosts: dict[str, list[Sight]] = {}
    for sight in seen.values():
        if sight.host is not None:
            hosts.setdefault(slug(sight.host), []).append(sight)
    conflicts = []
    for asset in hospital.assets:
        mine = [found for address in asset.addresses if (found := seen.get(str(address)))]
        for one in mine:
            conflicts += [found for found in (_other_role(asset, one), _other_vlan(asset, one, usual)) if found]
        if not mine and asset.addresses:
            conflicts += _moved(asset, (*hosts.get(slug(asset.name), ()), *hosts.get(slug(asset.id), ())))
    return conflicts


def _other_role(asset: Asset, sight: Sight) -> Conflict | None:
    guess, written = sight.role, BY_ROLE.get(asset.role or "")
    if guess is None or guess.score < SURE or asset.learned or written is None or written.name in sight.fits:
        return None
    return Conflict(
        entry=Entry.ASSET,
        id=asset.id,
        what=say(
            "the map says {role}, but it behaves as: {guess} ({reason})",
            role=written.shown,
            guess=guess.role.shown,
            reason=guess.reasons[0].note,
        ),
        evidence=guess.reasons[0],
    )


def _usual_vlans(seen: Iterable[Sight]) -> dict[ZoneId, int]:
    """Give the VLAN of most machines of a zone, where enough of them tell."""
    tagged: dict[ZoneId, Counter[int]] = {}
    for sight in seen:
        if sight.zone is not None and sight.vlan is not None:
            tagged.setdefault(sight.zone, Counter())[sight.vlan] += 1
    return {
        zone: best
        for zone, counts in tagged.items()
        if (best := min(counts, key=lambda vlan: (-counts[vlan], vlan))) is not None
        and counts.total() >= NEIGHBOURS
        and 2 * counts[best] > counts.total()
    }


def _other_vlan(asset: Asset, sight: Sight, usual: Mapping[ZoneId, int]) -> Conflict | None:
    expected = usual.get(asset.zone)
    if expected is None or sight.vlan is None or sight.vlan == expected:
        return None
    return Conflict(
        entry=Entry.ASSET,
        id=asset.id,
        what=say(
            "{address} speaks in VLAN {vlan}, while its compartment {zone} is VLAN {expected}",
            address=str(sight.address),
            vlan=str(sight.vlan),
            zone=asset.zone,
            expected=str(expected),
        ),
        evidence=sight.reason,
    )


def _moved(asset: Asset, namesakes: Iterable[Sight]) -> list[Conflict]:
    return [
        Conflict(
            entry=Entry.ASSET,
            id=asset.id,
            what=say(
                "its name is now at {address}, in {zone}; the map says {expected}",
                address=str(sight.address),
                zone=sight.zone or say("no compartment of the map"),
                expected=asset.zone,
            ),
            evidence=sight.reason,
        )
        for sight in dict.fromkeys(namesakes)
        if sight.zone != asset.zone
    ]


def silent_services(hospital: Hospital, crossings: Crossings) -> list[Conflict]:
    """Find the services that a person declared, that were tried, and that nobody ever answered."""
    tried, answered = _by_pair(crossings.attempts), _by_pair(crossings.table)
    conflicts = []
    for conduit in hospital.conduits:
        if conduit.learned is not None:
            continue
        pair = (conduit.from_, conduit.to)
        for service in conduit.services:
            declared = span_of(service)
            if declared is None or any(declared.covers(span) for span, _ in answered.get(pair, ())):
                continue
            tries = sum(records for span, records in tried.get(pair, ()) if declared.covers(span))
            if tries >= TRIES:
                conflicts.append(_silent(conduit, service, tries))
    return conflicts


def _by_pair(table: pl.DataFrame) -> dict[tuple[ZoneId, ZoneId], list[tuple[Span, int]]]:
    pairs: dict[tuple[ZoneId, ZoneId], list[tuple[Span, int]]] = {}
    for from_, to, proto, low, high, records in table.select(
        "from", "to", "proto", "low", "high", "records"
    ).iter_rows():
        pairs.setdefault((from_, to), []).append((Span(proto, low, high), records))
    return pairs


def _silent(conduit: Conduit, service: str, tries: int) -> Conflict:
    return Conflict(
        entry=Entry.CONDUIT,
        id=conduit.id,
        what=say_many(
            "{service} is declared, but its {n} attempt got no answer",
            "{service} is declared, but none of its {n} attempts got an answer",
            tries,
            service=service,
        ),
        evidence=None,
    )


def unseen(
    hospital: Hospital,
    *,
    seen: frozenset[str],
    since: timedelta,
    now: datetime,
    watched: timedelta,
) -> tuple[Unseen, ...]:
    """List the assets, conduits and flows that no traffic showed for long.

    Args:
        hospital: the map, after learning.
        seen: ids that the traffic just read shows.
        since: how long is long.
        now: the present.
        watched: how long the traffic just read lasts: an entry that a person wrote carries no date, so
            it is only listed when the traffic covers `since`.
    """
    entries: list[tuple[Entry, str, Learned | None]] = [
        *((Entry.ASSET, asset.id, asset.learned) for asset in hospital.assets if asset.addresses),
        *((Entry.CONDUIT, conduit.id, conduit.learned) for conduit in hospital.conduits),
        *((Entry.FLOW, flow.id, flow.learned) for flow in hospital.flows),
    ]
    gone = []
    for entry, name, learned in entries:
        if learned is not None and learned.last < now - since:
            gone.append(Unseen(entry=entry, id=name, last=learned.last))
        elif learned is None and watched >= since and name not in seen:
            gone.append(Unseen(entry=entry, id=name, last=None))
    return tuple(gone)
