"""The machines that traffic shows, and the zones that they live in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address

import polars as pl

from cloison.chart.census import Census
from cloison.chart.crossings import settle
from cloison.chart.guessing import Guess, guess
from cloison.chart.merge import join
from cloison.chart.naming import Names, asset_id, asset_name, host_names, zone_id, zone_name
from cloison.chart.places import Places
from cloison.chart.profile import profiles
from cloison.chart.proposed import Teller
from cloison.chart.subnets import infer_networks, vlans_by_address
from cloison.model.finding import Evidence
from cloison.model.hospital import Address, Asset, AssetId, Hospital, Learned, Network, Zone, ZoneId, ZoneKind
from cloison.words import Sentence, say_many

ASSETS_LEARNED = 20_000
"""Machines that learning puts in a map, the most talkative first."""

REASONS_KEPT = 3

UNKNOWN_KIND = ZoneKind.OFFICE
"""A zone where no role is known is not trusted, until a person says better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen of one address.

    Attributes:
        zone: where the existing map puts it; None: nowhere.
        role: the best guess; None: nothing telling.
        fits: names of all the roles that fit.
        host: its name; None: no log names it.
        reason: its earliest record.
    """

    address: Address
    zone: ZoneId | None
    role: Guess | None
    fits: frozenset[str]
    host: str | None
    vlan: int | None
    first: datetime
    last: datetime
    records: int
    bytes_: int
    reason: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhabitants:
    """Zones and assets, old and new; and how many machines were left out."""

    zones: tuple[Zone, ...]
    assets: tuple[Asset, ...]
    left_out: int


def sights(census: Census, places: Places) -> dict[str, Sight]:
    """See the hospital's own machines: those that spoke, and those that answered.

    An address that others only tried, and that never answered, is nobody.
    """
    edges = settle(census.edges())
    columns = ("records", "sent", "received", "first", "last", "seen_at", "origin", "record")
    spoke = edges.select(pl.col("src").alias("address"), *columns)
    answered = edges.filter(pl.col("answered")).select(pl.col("dst").alias("address"), *columns)
    both = pl.concat([spoke, answered])
    here = places.table(both["address"]).filter(pl.col("own") & pl.col("host"))
    seen = (
        both.join(here, on="address")
        .sort("seen_at", "origin", "record")
        .group_by("address", "zone")
        .agg(
            pl.col("records").sum(),
            (pl.col("sent") + pl.col("received")).sum().alias("bytes"),
            pl.col("first").min(),
            pl.col("last").max(),
            pl.col("origin", "record").first(),
        )
    )
    own = frozenset(seen["address"])
    what = profiles(census, own)
    named = host_names(census.names())
    vlans = vlans_by_address(edges)
    found = {}
    for row in seen.sort("address").iter_rows(named=True):
        text = row["address"]
        roles = guess(what[text]) if text in what else ()
        note = say_many("seen in {n} record", "seen in {n} records", row["records"])
        found[text] = Sight(
            address=ip_address(text),
            zone=row["zone"],
            role=roles[0] if roles else None,
            fits=frozenset(one.role.name for one in roles),
            host=named.get(text),
            vlan=vlans.get(text),
            first=row["first"],
            last=row["last"],
            records=row["records"],
            bytes_=row["bytes"],
            reason=Evidence(origin=row["origin"], record=row["record"], note=note),
        )
    return found


def settle_in(hospital: Hospital, seen: Mapping[str, Sight], edges: pl.DataFrame, teller: Teller) -> Inhabitants:
    """Give every machine seen an asset, and every asset a zone.

    Args:
        hospital: the existing map; its zones come first.
        seen: from `sights`.
        edges: of the census.
        teller: writes the reasons.
    """
    known = {address: asset for asset in hospital.assets for address in asset.addresses}
    fresh = [sight for sight in seen.values() if sight.address not in known]
    learned = sum(1 for asset in hospital.assets if asset.learned)
    room = max(0, ASSETS_LEARNED - learned)
    kept = sorted(fresh, key=lambda sight: (-sight.records, sight.address.version, int(sight.address)))[:room]
    kept = sorted(kept, key=lambda sight: (sight.address.version, int(sight.address)))
    # Only machines of the map tell what a zone is: those left out would change it at the next learning.
    mapped = [*(sight for sight in seen.values() if sight.address in known), *kept]
    zones, home = _zones(hospital, mapped, kept, edges, teller)
    names = Names(asset.id for asset in hospital.assets)
    assets = [_seen_again(asset, seen, teller) for asset in hospital.assets]
    assets += [_new_asset(sight, home[sight.address], names, teller) for sight in kept]
    return Inhabitants(zones=zones, assets=tuple(assets), left_out=len(fresh) - len(kept))


def _zones(
    hospital: Hospital, seen: Iterable[Sight], fresh: Sequence[Sight], edges: pl.DataFrame, teller: Teller
) -> tuple[tuple[Zone, ...], dict[Address, ZoneId]]:
    taken = [network for zone in hospital.zones for network in zone.networks if network.prefixlen > 0]
    lost = [sight for sight in fresh if sight.zone is None]
    networks = infer_networks((sight.address for sight in lost), edges, taken)
    by_zone: dict[str, tuple[int | None, list[Network], list[Sight]]] = {}
    for network, inside in _shared_out(lost, networks).items():
        vlan = _common_vlan(inside)
        entry = by_zone.setdefault(zone_id(network, vlan), (vlan, [], []))
        entry[1].append(network)
        entry[2].extend(inside)
    living: dict[ZoneId, list[Sight]] = {}
    for sight in seen:
        if sight.zone is not None:
            living.setdefault(sight.zone, []).append(sight)
    home = {sight.address: sight.zone for sight in fresh if sight.zone is not None}
    growing = {zone.id: zone for zone in hospital.zones if zone.learned}
    names = Names(zone.id for zone in hospital.zones)
    new: list[Zone] = []
    grown: dict[ZoneId, tuple[Network, ...]] = dict.fromkeys(growing, ())
    for wanted, (vlan, held, inside) in by_zone.items():
        if ZoneId(wanted) in growing:
            zone = ZoneId(wanted)
            grown[zone] = tuple(held)
            living.setdefault(zone, []).extend(inside)
        else:
            kind = _kind(inside)
            zone = ZoneId(names.give(wanted))
            new.append(
                Zone(
                    id=zone,
                    name=teller.render(zone_name(kind, held, vlan)),
                    kind=kind or UNKNOWN_KIND,
                    networks=tuple(held),
                    learned=_learned(inside, _mix(inside), teller),
                )
            )
        home.update((sight.address, zone) for sight in inside)
    old = (
        replace(
            zone,
            networks=zone.networks + grown[zone.id],
            learned=join(zone.learned, _learned(living[zone.id], _mix(living[zone.id]), teller)),
        )
        if zone.learned and living.get(zone.id)
        else zone
        for zone in hospital.zones
    )
    return (*old, *new), home


def _shared_out(sights: Iterable[Sight], networks: Sequence[Network]) -> dict[Network, list[Sight]]:
    """Put each machine in the network that holds it: the networks are apart, so a walk in order is enough."""
    shared: dict[Network, list[Sight]] = {network: [] for network in networks}
    turn = iter(networks)
    current = next(turn, None)
    for sight in sorted(sights, key=lambda one: (one.address.version, int(one.address))):
        while current is not None and sight.address not in current:
            current = next(turn, None)
        if current is not None:
            shared[current].append(sight)
    return shared


def _common_vlan(sights: Sequence[Sight]) -> int | None:
    """Give the VLAN of more than half of the machines."""
    counts = Counter(sight.vlan for sight in sights if sight.vlan is not None)
    best = min(counts, key=lambda vlan: (-counts[vlan], vlan), default=None)
    return best if best is not None and 2 * counts[best] > len(sights) else None


def _kind(sights: Iterable[Sight]) -> ZoneKind | None:
    """Weigh the roles that live together; None when no role is known."""
    pull: dict[ZoneKind, float] = {}
    for sight in sights:
        if sight.role is not None:
            role = sight.role.role
            pull[role.lives_in] = pull.get(role.lives_in, 0.0) + role.pull * sight.role.score
    order = list(ZoneKind)
    return min(pull, key=lambda kind: (-pull[kind], order.index(kind)), default=None)


def _mix(sights: Sequence[Sight]) -> list[Evidence]:
    """Say which roles live together: a flat network shows here."""
    counts: dict[Sentence, list[Sight]] = {}
    for sight in sights:
        if sight.role is not None:
            counts.setdefault(sight.role.role.shown, []).append(sight)
    ordered = sorted(counts.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    return [
        replace(
            min(held, key=lambda sight: (sight.reason.origin, sight.reason.record)).reason,
            note=say_many(
                "{n} machine of this role: {role}", "{n} machines of this role: {role}", len(held), role=role
            ),
        )
        for role, held in ordered
    ]


def _learned(sights: Sequence[Sight], reasons: Sequence[Evidence], teller: Teller) -> Learned:
    return Learned(
        first=min(sight.first for sight in sights),
        last=max(sight.last for sight in sights),
        records=sum(sight.records for sight in sights),
        bytes_=sum(sight.bytes_ for sight in sights),
        because=teller.because(reasons),
    )


def _reasons(sight: Sight) -> tuple[Evidence, ...]:
    return sight.role.reasons[:REASONS_KEPT] if sight.role else (sight.reason,)


def _new_asset(sight: Sight, zone: ZoneId, names: Names, teller: Teller) -> Asset:
    return Asset(
        id=AssetId(names.give(asset_id(sight.address, sight.host, sight.role))),
        name=teller.render(asset_name(sight.address, sight.host, sight.role)),
        zone=zone,
        addresses=(sight.address,),
        role=sight.role.role.name if sight.role else None,
        learned=_learned([sight], _reasons(sight), teller),
    )


def _seen_again(asset: Asset, seen: Mapping[str, Sight], teller: Teller) -> Asset:
    """Refresh an asset that a machine proposed; a person's stays as it is."""
    mine = [sight for address in asset.addresses if (sight := seen.get(str(address)))]
    if asset.learned is None or not mine:
        return asset
    best = max(mine, key=lambda sight: sight.role.score if sight.role else 0.0)
    now = _learned(mine, _reasons(best), teller)
    surer = best.role is not None and (asset.role is None or now.records >= asset.learned.records)
    role = best.role.role.name if best.role is not None and surer else asset.role
    return replace(asset, role=role, learned=join(asset.learned, now))
