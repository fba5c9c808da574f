"""The Carte as a page shows it: a list of places, their details, a drawing; each in words and with addresses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from cloison.chart.atlas import Atlas, Place, Rank
from cloison.chart.lookup import Lookup
from cloison.chart.outlook import Shown, look
from cloison.chart.stakes import zones_by_care
from cloison.model.hospital import CareService, CareServiceId, Hospital, ZoneId
from cloison.model.plan import ServiceState
from cloison.ops.overview import Overview
from cloison.ui.vocabulary import KINDS
from cloison.ui.web.carte_query import Query, address_of_place
from cloison.ui.web.decks import MOST_ROOMS, draw_outlook
from cloison.ui.web.doors import Doors
from cloison.ui.web.section import Section
from cloison.ui.web.ship import LOST, SERIOUS
from cloison.ui.web.speech import Speech, legible

FOUND_SHOWN = 30
OPEN_AT_FIRST = 40
"""Compartments up to which everything is shown at once."""
SINGLED_OUT = 4
"""Suspected compartments of a large map that are shown at once."""
STEPS = 240
"""Positions of the time slider, at most."""
_WIDTHS = (("wide", 640.0, 7), ("narrow", 342.0, 3))


class Grounds:
    """What is made once for a map, however many look at it."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self.atlas = Atlas(hospital)
        self.lookup = Lookup(self.atlas)
        self.needed = zones_by_care(hospital)
        self.zones = {zone.id: zone for zone in hospital.zones}
        self.assets = {asset.id: asset for asset in hospital.assets}
        self.conduits = {conduit.id: conduit for conduit in hospital.conduits}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A place in the list.

    Attributes:
        states: (look, words).
        toggle: address of the view with it opened, or shut; empty: there is nothing in it.
        link: address of its details.
        current: its details are shown.
        needed: the care service that was picked needs something in it.
    """

    shown: Shown
    name: str
    states: tuple[tuple[str, str], ...]
    toggle: str
    link: str
    current: bool
    needed: bool
    lines: tuple["Line", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A care service above the ship."""

    service: CareService
    state: ServiceState
    link: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The section at one width; `prefix` keeps its ids apart from the other's."""

    prefix: str
    section: Section
    doors: Doors


class Carte:
    """One view of the map, for one reader."""

    def __init__(self, grounds: Grounds, overview: Overview, query: Query, speech: Speech) -> None:
        self.grounds = grounds
        self.overview = overview
        self.query = query
        self.speech = speech
        self.asked = query.opened if query.opened is not None else self._at_first()
        self.outlook = look(grounds.atlas, overview.board, self.asked, at=self.moment)
        care, stands = CareServiceId(query.care), self.outlook.stands
        self.needed: frozenset[ZoneId] = grounds.needed.get(care, frozenset())
        self._leaks = Counter(
            key
            for leak in overview.board.leaks
            if self.moment is None or leak.first <= self.moment
            for key in {each for zone in (leak.from_, leak.to) for each in (stands[zone], f"{Rank.ZONE}:{zone}")}
        )

    @cached_property
    def opened(self) -> tuple[str, ...]:
        """Give the keys of what is open, the latest asked last; what is around one of them is open by itself."""
        return self._innermost({one.place.key for one in self.outlook.places if one.opened})

    def _innermost(self, opened: set[str]) -> tuple[str, ...]:
        around = {each for key in opened for each in self.grounds.atlas.around(key)}
        left = opened - around
        asked = [key for key in dict.fromkeys(self.asked) if key in left]
        return (*sorted(left - set(asked)), *asked)

    def _without(self, key: str) -> Query:
        """Give the view with a place shut, and all that is in it."""
        atlas = self.grounds.atlas
        opened = {one.place.key for one in self.outlook.places if one.opened}
        left = {each for each in opened if each != key and key not in atlas.around(each)}
        return self.query.having(opened=self._innermost(left) or ("",))

    def lines(self) -> tuple[Line, ...]:
        """Give the list, nested."""
        return self._nested(iter(self.outlook.places), None)[0]

    def activities(self) -> tuple[Activity, ...]:
        """Give the care services, those that are worst off first."""
        order = list(reversed(ServiceState))
        made = [
            Activity(
                service=service,
                state=self.overview.care.get(service.id, ServiceState.NORMAL),
                link=self.query.having(care="" if service.id == self.query.care else str(service.id)).address,
                current=service.id == self.query.care,
            )
            for service in self.grounds.hospital.care_services
        ]
        return tuple(sorted(made, key=lambda each: order.index(each.state)))

    def found(self) -> tuple[tuple[tuple[str, str, str], ...], int]:
        """Give what the search found: (name, where, address), and how many there are in all."""
        keys, count = self.grounds.lookup.find(self.query.find, FOUND_SHOWN)
        atlas = self.grounds.atlas
        made = []
        for key in keys:
            place = atlas.place(key)
            if place is None:
                continue
            around = [each for one in atlas.around(key) if (each := atlas.place(one)) is not None]
            where = [self.name(each) for each in around if each.rank in {Rank.KIND, Rank.ZONE}]
            view = self.query.having(opened=(*self.opened, *(each.key for each in around[-1:])), on=key)
            made.append((self.name(place), " · ".join(where), address_of_place(view, key)))
        return tuple(made), count

    def drawings(self) -> tuple[Drawing, ...]:
        """Draw the section, for a desk's screen and for a telephone's."""
        atlas = self.grounds.atlas
        asked = [key for key in self.asked if key.partition(":")[0] in {Rank.KIND, Rank.GROUP}]
        shown = look(atlas, self.overview.board, asked, at=self.moment, most=MOST_ROOMS)
        made = []
        for prefix, width, most_lines in _WIDTHS:
            section, doors = draw_outlook(shown, self._room, self.link, self.speech, width=width, most_lines=most_lines)
            made.append(Drawing(prefix=prefix, section=section, doors=doors))
        return tuple(made)

    @property
    def moment(self) -> datetime | None:
        """Tell the moment that the slider stands at; None: the end."""
        at = self.query.at
        if at is None or at >= self.last_step or self.overview.since is None:
            return None
        return self.overview.since + at * self.stride

    @property
    def stride(self) -> timedelta:
        """Tell how far apart the slider's positions are: an hour, or days."""
        if self.overview.since is None or self.overview.until is None:
            return timedelta(hours=1)
        span = self.overview.until - self.overview.since
        hours = 1
        while span / timedelta(hours=hours) > STEPS:
            hours = 24 if hours == 1 else hours + 24
        return timedelta(hours=hours)

    @property
    def last_step(self) -> int:
        """Tell the slider's last position, the end; 0: nothing was ever seen."""
        if self.overview.since is None or self.overview.until is None:
            return 0
        return -(-(self.overview.until - self.overview.since) // self.stride)

    def link(self, key: str) -> str:
        """Give the address of a place's details."""
        return address_of_place(self.query, key)

    def name(self, place: Place) -> str:
        """Name a place."""
        if place.rank is Rank.KIND:
            words = self.speech.sentence(KINDS[place.kind])
            return words[:1].upper() + words[1:]
        if place.until:
            return self.speech("{first} to {last}", first=legible(place.name, 40), last=legible(place.until, 40))
        return legible(place.name)

    def states(self, shown: Shown) -> tuple[tuple[str, str], ...]:
        """Say a place's state: (look, words)."""
        say, place = self.speech, shown.place
        alone = place.rank in {Rank.ZONE, Rank.ASSET}
        said: list[tuple[str, str]] = []
        if shown.chance > 0:
            sort = look_of(shown.chance)
            if not alone:
                said.append((sort, say.many("{n} suspected", "{n} suspected", shown.suspected)))
            elif sort == "lost":
                said.append((sort, say("compromised {chance}", chance=say.chance(shown.chance))))
            else:
                said.append((sort, say("suspected {chance}", chance=say.chance(shown.chance))))
        if shown.sealed:
            if not alone:
                said.append(("kept", say.many("{n} isolated", "{n} isolated", shown.sealed)))
            else:
                said.append(("kept", say("sealed by the plan") if self.overview.planned else say("isolated")))
        leaks = self._leaks[place.key]
        if leaks and place.rank is not Rank.ASSET:
            said.append(("leak", say.many("{n} leak", "{n} leaks", leaks)))
        if shown.unseen:
            if place.rank is Rank.ASSET:
                said.append(("unseen", say("machine never seen")))
            else:
                said.append(("unseen", say.many("{n} machine never seen", "{n} machines never seen", shown.unseen)))
        return tuple(said)

    def look(self, shown: Shown) -> str:
        """Name how a place is drawn."""
        if shown.chance > 0:
            return look_of(shown.chance)
        whole = shown.sealed and shown.sealed == shown.place.zones
        return "kept" if whole else "calm"

    def portrait(self, place: Place) -> Shown:
        """Give a place as it is, also when it is folded away."""
        known = self._portraits.get(place.key)
        if known is not None:
            return known
        board = self.overview.board
        chance = board.assets.get(place.asset, 0.0) if place.asset is not None else 0.0
        if place.rank is Rank.ZONE and place.zone is not None:
            chance = board.chances.get(place.zone, 0.0)
        unseen = None if board.machines is None or place.asset is None else int(place.asset not in board.machines)
        sealed = int(place.rank is Rank.ZONE and place.zone in board.sealed)
        return Shown(place=place, depth=0, opened=False, chance=chance, sealed=sealed, unseen=unseen)

    @cached_property
    def _portraits(self) -> Mapping[str, Shown]:
        return {each.place.key: each for each in self.outlook.places}

    def is_needed(self, key: str) -> bool:
        """Tell whether the care service that was picked needs something in a place."""
        return bool(self.needed) and any(zone in self.needed for zone in self.grounds.atlas.zones_in(key))

    def _room(self, shown: Shown) -> tuple[str, tuple[str, ...], str]:
        states = [words for sort, words in self.states(shown) if sort not in {"leak", "unseen"}]
        if shown.place.rank in {Rank.KIND, Rank.GROUP}:
            many = self.speech.many("{n} compartment", "{n} compartments", shown.place.zones)
            states = [many, *states]
        if self.is_needed(shown.place.key):
            states.append(self.speech("needed"))
        return self.name(shown.place), tuple(states), self.look(shown)

    def _nested(self, rest: Iterator[Shown], first: Shown | None) -> tuple[tuple[Line, ...], Shown | None]:
        """Take the places that stand at one depth, with what is in them; gives the first that stands higher."""
        made: list[Line] = []
        shown = first or next(rest, None)
        depth = shown.depth if shown else 0
        while shown is not None and shown.depth == depth:
            following = next(rest, None)
            lines: tuple[Line, ...] = ()
            if following is not None and following.depth > depth:
                lines, following = self._nested(rest, following)
            made.append(self._line(shown, lines))
            shown = following
        return tuple(made), shown

    def _line(self, shown: Shown, lines: tuple[Line, ...]) -> Line:
        key = shown.place.key
        toggle = ""
        if shown.opened:
            toggle = self._without(key).address
        elif shown.place.rank is not Rank.ASSET and (shown.place.assets or shown.place.zones > 1):
            toggle = self.query.opening(key, self.opened).address
        return Line(
            shown=shown,
            name=self.name(shown.place),
            states=self.states(shown),
            toggle=toggle,
            link=self.link(key),
            current=key == self.query.on,
            needed=shown.place.rank is not Rank.ASSET and self.is_needed(key),
            lines=lines,
        )

    def _at_first(self) -> tuple[str, ...]:
        """Choose what is open before anybody chose: all compartments of a small map, the suspected ones of a large."""
        atlas, board = self.grounds.atlas, self.overview.board
        if len(self.grounds.zones) <= OPEN_AT_FIRST:
            return tuple(key for key in atlas.kinds if key.startswith(f"{Rank.KIND}:"))
        worst = sorted(board.chances, key=lambda zone: (-board.chances[zone], zone))[:SINGLED_OUT]
        return tuple(dict.fromkeys(around for zone in worst for around in atlas.around(f"{Rank.ZONE}:{zone}")))


def look_of(chance: float) -> str:
    """Name how a suspicion is drawn: as the figure that is shown has it."""
    if round(chance, 2) >= LOST:
        return "lost"
    return "suspect" if chance >= SERIOUS else "doubt"
