"""The details of one place of the Carte: what it is, its passages with their doors, its leaks, its machines."""

from dataclasses import dataclass
from datetime import datetime

from cloison.chart.atlas import Place, Rank
from cloison.chart.outlook import LeakLine, Span
from cloison.model.hospital import Asset, CareService, Conduit, Level, Zone, ZoneId
from cloison.ui.web.carte import Carte, look_of
from cloison.ui.web.speech import legible

MOST_PASSAGES, MOST_LEAKS, MOST_MACHINES = 40, 12, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A passage of a compartment.

    Attributes:
        outward: it leads from here.
        other: (name, address) of the compartment at its other end.
        span: when it was seen; None: never, or nothing was ever read.
    """

    outward: bool
    other: tuple[str, str]
    conduit: Conduit
    level: Level
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaking:
    """An undeclared crossing: (name, address) of its two ends."""

    from_: tuple[str, str]
    to: tuple[str, str]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """One place.

    Attributes:
        within: (name, address) of the places around it, the largest first.
        zone, asset: for a compartment, for a machine.
        suspects: (name, address, look, chance) of machines in it.
        unseen: (name, address) of machines in it that no traffic showed; None: nothing was ever read.
        open_link: address of the view that shows what is in it; empty: there is nothing, or it is shown.
    """

    place: Place
    name: str
    states: tuple[tuple[str, str], ...]
    within: tuple[tuple[str, str], ...]
    zone: Zone | None
    asset: Asset | None
    span: Span | None
    care: tuple[CareService, ...]
    ways: tuple[Way, ...]
    ways_left: int
    leaks: tuple[Leaking, ...]
    leaks_left: int
    suspects: tuple[tuple[str, str, str, float], ...]
    unseen: tuple[tuple[str, str], ...] | None
    unseen_left: int
    open_link: str


def details_of(carte: Carte) -> Details | None:
    """Give the details of the place that the view is on; None: it is on none, or on one that is not there."""
    grounds, board = carte.grounds, carte.overview.board
    place = grounds.atlas.place(carte.query.on)
    if place is None:
        return None
    zones = frozenset(grounds.atlas.zones_in(place.key)) if place.rank in {Rank.KIND, Rank.GROUP} else frozenset()
    here = frozenset({place.zone}) if place.zone is not None else zones
    ways = _ways(carte, place.zone) if place.rank is Rank.ZONE and place.zone is not None else []
    leaks = [_leaking(carte, leak) for leak in board.leaks if _concerns(leak, place, here)]
    assets = (
        [grounds.assets[each] for each in grounds.atlas.assets_under(place.key)]
        if place.rank is Rank.CROWD
        else grounds.atlas.assets_in(place.zone)
        if place.rank is Rank.ZONE and place.zone is not None
        else []
    )
    suspected = sorted((each for each in assets if each.id in board.assets), key=lambda each: -board.assets[each.id])
    unseen = [each for each in assets if board.machines is not None and each.id not in board.machines]
    opened = {each.place.key for each in carte.outlook.places if each.opened}
    inside = place.key not in opened and grounds.atlas.children(place.key)
    return Details(
        place=place,
        name=carte.name(place),
        states=carte.states(carte.portrait(place)),
        within=tuple(_ends(carte, around) for around in grounds.atlas.around(place.key)),
        zone=grounds.zones[place.zone] if place.rank is Rank.ZONE and place.zone is not None else None,
        asset=grounds.assets[place.asset] if place.asset is not None else None,
        span=(board.machines or {}).get(place.asset) if place.asset is not None else None,
        care=tuple(each for each in grounds.hospital.care_services if here & grounds.needed[each.id]),
        ways=tuple(ways[:MOST_PASSAGES]),
        ways_left=max(0, len(ways) - MOST_PASSAGES),
        leaks=tuple(leaks[:MOST_LEAKS]),
        leaks_left=max(0, len(leaks) - MOST_LEAKS),
        suspects=tuple(
            (legible(each.name), carte.link(f"{Rank.ASSET}:{each.id}"), look_of(chance), chance)
            for each in suspected[:MOST_MACHINES]
            for chance in (board.assets[each.id],)
        ),
        unseen=None
        if board.machines is None
        else tuple((legible(each.name), carte.link(f"{Rank.ASSET}:{each.id}")) for each in unseen[:MOST_MACHINES]),
        unseen_left=max(0, len(unseen) - MOST_MACHINES),
        open_link=carte.query.opening(place.key, carte.opened).address if inside else "",
    )


def _ways(carte: Carte, zone: ZoneId) -> list[Way]:
    """Give a compartment's passages: doors that are not open first, then by name."""
    board = carte.overview.board
    made = []
    for conduit in carte.grounds.hospital.conduits:
        if zone not in {conduit.from_, conduit.to}:
            continue
        other = conduit.to if conduit.from_ == zone else conduit.from_
        made.append(
            Way(
                outward=conduit.from_ == zone,
                other=_ends(carte, f"{Rank.ZONE}:{other}"),
                conduit=conduit,
                level=board.levels.get(conduit.id, Level.OPEN),
                span=(board.passages or {}).get((conduit.from_, conduit.to)),
            )
        )
    return sorted(made, key=lambda way: (way.level is Level.OPEN, not way.outward, way.other[0]))


def _concerns(leak: LeakLine, place: Place, here: frozenset[ZoneId]) -> bool:
    if place.asset is not None:
        return place.asset in {leak.src, leak.dst}
    return bool(here & {leak.from_, leak.to})


def _leaking(carte: Carte, leak: LeakLine) -> Leaking:
    from_ = f"{Rank.ASSET}:{leak.src}" if leak.src else f"{Rank.ZONE}:{leak.from_}"
    to = f"{Rank.ASSET}:{leak.dst}" if leak.dst else f"{Rank.ZONE}:{leak.to}"
    return Leaking(from_=_ends(carte, from_), to=_ends(carte, to), first=leak.first, last=leak.last)


def _ends(carte: Carte, key: str) -> tuple[str, str]:
    place = carte.grounds.atlas.place(key)
    return (carte.name(place) if place is not None else "?", carte.link(key))
