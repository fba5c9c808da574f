"""The map in nested places, none with more than a screenful in it: kinds, groups, compartments, crowds, machines.

A hospital group has thousands of compartments and tens of thousands of machines, and names them by habit: site,
building, ward, number. What begins alike stays together; where that does not part enough, sorted names are cut in runs
of equal length, as a dictionary's volumes are.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias, TypeVar
from unicodedata import combining, normalize

from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.noun import noun

MOST = 24
"""Places in one place, at most: what a person can look over."""

_WORD = re.compile(r"\d+|[^\W\d_]+")
_Tokens: TypeAlias = tuple[tuple[int, int, str], ...]
I = TypeVar("I", Zone, Asset)  # noqa: E741 - an item


class Rank(StrEnum):
    """How large a place is."""

    KIND = "kind"
    GROUP = "group"
    ZONE = "zone"
    CROWD = "crowd"
    ASSET = "asset"


@noun
class Place:
    """One node of the map.

    Attributes:
        key: names it; the same as long as the map is.
        parent: key of the place around it; None for a kind, and for a compartment that is alone of its kind.
        name: a compartment's or a machine's; what the names in a group or a crowd begin with, or the first of them;
            empty for a kind.
        until: the last name of a run; empty when `name` says it all.
        zone: for a compartment and what is in it.
        asset: for a machine.
        zones, assets: how many are in it, itself included.
    """

    key: str
    parent: str | None
    rank: Rank
    kind: ZoneKind
    name: str = ""
    until: str = ""
    zone: ZoneId | None = None
    asset: AssetId | None = None
    zones: int = 0
    assets: int = 0


class Atlas:
    """A hospital's places. Machines of a compartment are put in order when they are first asked for.

    Attributes:
        kinds: keys of the largest places, from the outside world to what must survive.
    """

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self._places: dict[str, Place] = {}
        self._children: dict[str, tuple[str, ...]] = {}
        self._assets: dict[ZoneId, list[Asset]] = {zone.id: [] for zone in hospital.zones}
        for asset in hospital.assets:
            self._assets[asset.zone].append(asset)
        by_kind: dict[ZoneKind, list[Zone]] = {kind: [] for kind in ZoneKind}
        for zone in hospital.zones:
            by_kind[zone.kind].append(zone)
        self._zone_of = {asset.id: asset.zone for asset in hospital.assets}
        self._kind_of = {zone.id: zone.kind for zone in hospital.zones}
        self.kinds: tuple[str, ...] = tuple(self._shelve_zones(kind, zones) for kind, zones in by_kind.items() if zones)

    def place(self, key: str) -> Place | None:
        """Give a place by its key; None when there is none."""
        found = self._places.get(key)
        if found is None:
            zone = self._zone_in(key)
            if zone is not None:
                self.children(f"{Rank.ZONE}:{zone}")
                found = self._places.get(key)
        return found

    def children(self, key: str) -> tuple[str, ...]:
        """Give the keys of what is in a place, in order; nothing in a machine, or where there is no such place."""
        known = self._children.get(key)
        if known is not None:
            return known
        place = self._places.get(key)
        if place is None or place.rank is not Rank.ZONE or place.zone is None:
            return ()
        self._shelve(place, _sorted(self._assets[place.zone]), 0, ())
        return self._children[key]

    def around(self, key: str) -> tuple[str, ...]:
        """Give the keys of the places around one, the largest first."""
        found: list[str] = []
        place = self.place(key)
        while place is not None and place.parent is not None:
            found.append(place.parent)
            place = self._places.get(place.parent)
        return tuple(reversed(found))

    def zones_in(self, key: str) -> Iterator[ZoneId]:
        """Give the compartments in a kind or a group, or the one that a place is or is in."""
        place = self.place(key)
        if place is None:
            return
        if place.zone is not None:
            yield place.zone
            return
        for child in self._children[key]:
            yield from self.zones_in(child)

    def assets_in(self, zone: ZoneId) -> Sequence[Asset]:
        """Give the machines of a compartment, in the map's order."""
        return self._assets.get(zone, ())

    def assets_under(self, key: str) -> Iterator[AssetId]:
        """Give the machines in a crowd, or a machine itself."""
        place = self.place(key)
        if place is not None and place.asset is not None:
            yield place.asset
        elif place is not None and place.rank is Rank.CROWD:
            for child in self._children[key]:
                yield from self.assets_under(child)

    def _zone_in(self, key: str) -> ZoneId | None:
        """Tell in which compartment a machine's or a crowd's key is to be looked for."""
        rank, _, rest = key.partition(":")
        if rank == Rank.ASSET:
            return self._zone_of.get(AssetId(rest))
        zone = ZoneId(rest.partition(":")[2])
        return zone if rank == Rank.CROWD and zone in self._assets else None

    def _shelve_zones(self, kind: ZoneKind, zones: Sequence[Zone]) -> str:
        if len(zones) == 1:
            alone = self._zone_place(zones[0], None)
            self._places[alone.key] = alone
            return alone.key
        key = f"{Rank.KIND}:{kind}"
        machines = sum(len(self._assets[zone.id]) for zone in zones)
        place = Place(key=key, parent=None, rank=Rank.KIND, kind=kind, zones=len(zones), assets=machines)
        self._places[key] = place
        self._shelve(place, _sorted(zones), 0, ())
        return key

    def _shelve(self, parent: Place, items: list[tuple[_Tokens, I]], depth: int, path: tuple[int, ...]) -> None:
        """Put sorted items, that share `depth` words, in a place; `path` numbers the groups around them."""
        shelves, depth, alike = _parted(items, depth)
        keys = []
        for number, shelf in enumerate(shelves):
            if len(shelf) == 1:
                place = self._leaf(parent, shelf[0][1])
            else:
                place = self._group(parent, [item for _, item in shelf], (*path, number), alike=alike)
                self._shelve(place, shelf, depth, (*path, number))
            self._places[place.key] = place
            keys.append(place.key)
        self._children[parent.key] = tuple(keys)

    def _leaf(self, parent: Place, item: Zone | Asset) -> Place:
        if isinstance(item, Zone):
            return self._zone_place(item, parent.key)
        return Place(
            key=f"{Rank.ASSET}:{item.id}",
            parent=parent.key,
            rank=Rank.ASSET,
            kind=parent.kind,
            name=item.name,
            zone=item.zone,
            asset=item.id,
            assets=1,
        )

    def _zone_place(self, zone: Zone, parent: str | None) -> Place:
        return Place(
            key=f"{Rank.ZONE}:{zone.id}",
            parent=parent,
            rank=Rank.ZONE,
            kind=zone.kind,
            name=zone.name,
            zone=zone.id,
            zones=1,
            assets=len(self._assets[zone.id]),
        )

    def _group(self, parent: Place, items: Sequence[Zone | Asset], path: tuple[int, ...], *, alike: bool) -> Place:
        rank = Rank.GROUP if parent.zone is None else Rank.CROWD
        first, last = items[0].name, items[-1].name
        shared = _beginning([item.name for item in items]) if alike else ""
        return Place(
            key=f"{rank}:{'.'.join(map(str, path))}:{parent.zone or parent.kind}",
            parent=parent.key,
            rank=rank,
            kind=parent.kind,
            name=shared or first,
            until="" if shared or first == last else last,
            zone=parent.zone,
            zones=len(items) if parent.zone is None else 0,
            assets=sum(len(self._assets[item.id]) if isinstance(item, Zone) else 1 for item in items),
        )


def folded(text: str) -> str:
    """Write a name as it is compared: no case, no accent."""
    return "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))


def _sorted(items: Sequence[I]) -> list[tuple[_Tokens, I]]:
    """Sort by name, numbers as numbers, and by id where names are the same."""
    return sorted(((_tokens(item.name), item) for item in items), key=lambda pair: (pair[0], pair[1].name, pair[1].id))


def _tokens(name: str) -> _Tokens:
    return tuple(
        (0, int(word[:18]), "") if word.isdecimal() and word.isascii() else (1, 0, word)
        for word in _WORD.findall(folded(name))
    )


def _parted(items: list[tuple[_Tokens, I]], depth: int) -> tuple[list[list[tuple[_Tokens, I]]], int, bool]:
    """Part sorted items in at most `MOST` shelves.

    Args:
        items: sorted.
        depth: words that all of them share.

    Returns:
        The shelves, how many words the items of each share, and whether that is what parts them.
    """
    if len(items) <= MOST:
        return [[item] for item in items], depth, True
    deepest = max(len(tokens) for tokens, _ in items)
    while depth < deepest:
        shelves: list[list[tuple[_Tokens, I]]] = []
        before: object = None
        for item in items:
            word = item[0][depth : depth + 1]
            if not shelves or word != before:
                shelves.append([])
            shelves[-1].append(item)
            before = word
        depth += 1
        if 1 < len(shelves) <= MOST:
            return shelves, depth, True
        if len(shelves) > MOST:
            depth -= 1
            break
    count = min(MOST, -(-len(items) // MOST))
    size = -(-len(items) // count)
    return [items[start : start + size] for start in range(0, len(items), size)], depth, False


def _beginning(names: Sequence[str]) -> str:
    """Give what names share, up to the end of a word: "CH Nord" of "CH Nord – urgences" and "CH Nord – bloc"."""
    first, last = min(names), max(names)
    end = 0
    while end < min(len(first), len(last)) and first[end] == last[end]:
        end += 1
    if end < max(len(first), len(last)):
        while end and first[:end][-1].isalnum() and (first + " ")[end].isalnum() | (last + " ")[end].isalnum():
            end -= 1
    return first[:end].rstrip(" -–—_./:·,(")
