"""From a census to a map: what to add, what contradicts, what was not seen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from cloison.chart.census import Census
from cloison.chart.crossings import Crossings, cross, settle
from cloison.chart.disputes import asset_conflicts, silent_services, unseen
from cloison.chart.inhabitants import settle_in, sights
from cloison.chart.naming import ZONE_WORDS, Names
from cloison.chart.passages import Passages, lay
from cloison.chart.places import Places
from cloison.chart.proposed import Added, Conflict, Entry, Teller, Unseen
from cloison.chart.roles import BY_ROLE
from cloison.model.finding import Evidence
from cloison.model.hospital import Asset, Hospital, Learned, Zone, ZoneId, ZoneKind
from cloison.model.noun import noun
from cloison.words import Sentence, say, say_many, verbatim

UNSEEN_AFTER = timedelta(days=30)


@noun
class Proposal:
    """A map to review.

    Attributes:
        hospital: the existing map with what traffic adds; it passes the map's validation.
        added: in the map's order.
        conflicts: in the map's order.
        unseen: in the map's order.
        remarks: what was left out, and by which rule.
    """

    hospital: Hospital
    added: tuple[Added, ...]
    conflicts: tuple[Conflict, ...]
    unseen: tuple[Unseen, ...]
    remarks: tuple[Sentence, ...]


def propose(
    census: Census,
    existing: Hospital | None,
    *,
    render: Callable[[Sentence], str],
    now: datetime | None = None,
    unseen_after: timedelta = UNSEEN_AFTER,
    sources: Sequence[str] = (),
) -> Proposal:
    """Propose a map, or what a map lacks, from traffic.

    Entries without `learned` are a person's and stay as they are. The same census proposed twice adds
    nothing the second time.

    Args:
        census: started on the existing map's book.
        existing: the map; None: there is none yet.
        render: writes names and reasons in the map's language.
        now: the present, UTC; None: the last record read.
        unseen_after: how long an entry may stay silent.
        sources: paths of the files read, by origin, for the reasons.
    """
    teller = Teller(render=render, sources=sources)
    before = existing or Hospital(name=render(say("Hospital learned from its traffic")))
    edges = census.edges()
    seen = sights(census, Places(before))
    people = settle_in(before, seen, edges, teller)
    hospital = replace(before, zones=people.zones, assets=people.assets)
    hospital = _with_internet(hospital, edges, teller)
    crossings = cross(census, Places(hospital))
    passages = lay(hospital, crossings, teller)
    after = replace(hospital, conduits=passages.conduits, flows=passages.flows)
    shown = passages.seen | {
        asset.id for asset in after.assets if any(str(address) in seen for address in asset.addresses)
    }
    begin, end = edges.select(pl.col("first").min(), pl.col("last").max()).row(0)
    watched = end - begin if edges.height else timedelta()
    present = now or end
    gone = unseen(after, seen=shown, since=unseen_after, now=present, watched=watched) if present else ()
    had = _ids(before)
    return Proposal(
        hospital=after,
        added=_added(had, after),
        conflicts=(*asset_conflicts(before, seen), *passages.conflicts, *silent_services(before, crossings)),
        unseen=tuple(entry for entry in gone if (entry.entry, entry.id) in had),
        remarks=_remarks(census, crossings, passages, people.left_out),
    )


def _with_internet(hospital: Hospital, edges: pl.DataFrame, teller: Teller) -> Hospital:
    """Add an internet zone, with no network (all that no zone holds), when machines speak to it."""
    if any(zone.kind is ZoneKind.INTERNET for zone in hospital.zones):
        return hospital
    answered = settle(edges).filter(pl.col("answered"))
    where = Places(hospital).table(pl.concat([answered["src"], answered["dst"]])).filter("host")
    own, foreign = (where.filter(pl.col("own") == mine)["address"].implode() for mine in (True, False))
    outward = answered.filter(
        (pl.col("src").is_in(own) & pl.col("dst").is_in(foreign))
        | (pl.col("dst").is_in(own) & pl.col("src").is_in(foreign))
    )
    if outward.is_empty():
        return hospital
    begin, end, records, volume, origin, record = outward.select(
        pl.col("first").min(),
        pl.col("last").max(),
        pl.col("records").sum(),
        (pl.col("sent") + pl.col("received")).sum().alias("bytes"),
        pl.col("origin").first(),
        pl.col("record").first(),
    ).row(0)
    reason = say_many(
        "{n} exchange with addresses of no compartment", "{n} exchanges with addresses of no compartment", records
    )
    because = teller.because([Evidence(origin=origin, record=record, note=reason)])
    learned = Learned(first=begin, last=end, records=records, bytes_=volume, because=because)
    zone = Zone(
        id=ZoneId(Names(zone.id for zone in hospital.zones).give("internet")),
        name=teller.render(ZONE_WORDS[ZoneKind.INTERNET]),
        kind=ZoneKind.INTERNET,
        learned=learned,
    )
    return replace(hospital, zones=(*hospital.zones, zone))


def _ids(hospital: Hospital) -> set[tuple[Entry, str]]:
    return {
        *((Entry.ZONE, zone.id) for zone in hospital.zones),
        *((Entry.ASSET, asset.id) for asset in hospital.assets),
        *((Entry.CONDUIT, conduit.id) for conduit in hospital.conduits),
        *((Entry.FLOW, flow.id) for flow in hospital.flows),
    }


def _added(had: set[tuple[Entry, str]], after: Hospital) -> tuple[Added, ...]:
    entries: list[tuple[Entry, str, Sentence]] = [
        *((Entry.ZONE, zone.id, verbatim(zone.name)) for zone in after.zones),
        *((Entry.ASSET, asset.id, _asset_words(asset)) for asset in after.assets),
        *((Entry.CONDUIT, one.id, verbatim(", ".join(one.services))) for one in after.conduits),
        *((Entry.FLOW, flow.id, verbatim(flow.service)) for flow in after.flows),
    ]
    return tuple(Added(entry=entry, id=name, what=what) for entry, name, what in entries if (entry, name) not in had)


def _asset_words(asset: Asset) -> Sentence:
    addresses = ", ".join(str(address) for address in asset.addresses)
    if asset.role is None or asset.role not in BY_ROLE:
        return say("{name} ({addresses}), role unknown", name=asset.name, addresses=addresses)
    return say("{name} ({addresses}): {role}", name=asset.name, addresses=addresses, role=BY_ROLE[asset.role].shown)


def _remarks(census: Census, crossings: Crossings, passages: Passages, left_out: int) -> tuple[Sentence, ...]:
    dropped = census.dropped()
    counted = (
        (
            dropped,
            say_many(
                "{n} record was left out: too many distinct exchanges",
                "{n} records were left out: too many distinct exchanges",
                dropped,
            ),
        ),
        (
            left_out,
            say_many(
                "{n} machine was left out: the least talkative, beyond what a map holds",
                "{n} machines were left out: the least talkative, beyond what a map holds",
                left_out,
            ),
        ),
        (
            passages.rare,
            say_many(
                "{n} service was seen too rarely to be a flow; its passage lists it",
                "{n} services were seen too rarely to be flows; their passages list them",
                passages.rare,
            ),
        ),
        (
            passages.crowded,
            say_many(
                "{n} flow was left out: those with the fewest records",
                "{n} flows were left out: those with the fewest records",
                passages.crowded,
            ),
        ),
        (
            crossings.unknown,
            say_many(
                "{n} record between compartments does not tell whether it was answered",
                "{n} records between compartments do not tell whether they were answered",
                crossings.unknown,
            ),
        ),
    )
    return tuple(sentence for n, sentence in counted if n)
