"""What is shown of the map at once: the places that somebody opened, and the passages between them, added up.

A picture of everything is a hairball. Nothing is drawn that was not asked for: the kinds of compartment at first, then
what is inside those that were opened, within a number that a person can look over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cloison.chart.atlas import Atlas, Place, Rank
from cloison.model.hospital import AssetId, Conduit, ConduitId, Level, ZoneId
from cloison.model.noun import noun

MOST_PLACES = 150
MOST_TIES = 240
RECENT = timedelta(days=1)
SILENT_AFTER = timedelta(days=30)
"""A monthly task is no silence."""
MOST_NAMED = 6
"""Passages that a tie names."""


class Moment(StrEnum):
    """How a declared passage stands in what was seen, at one moment."""

    NEVER = "never"
    NEW = "new"
    SEEN = "seen"
    SILENT = "silent"


@noun
class Span:
    """When something was seen for the first and the last time, UTC."""

    first: datetime
    last: datetime


@noun
class LeakLine:
    """One undeclared crossing, from a compartment or a machine to another."""

    from_: ZoneId
    to: ZoneId
    src: AssetId | None
    dst: AssetId | None
    first: datetime
    last: datetime


@noun
class Board:
    """What is known of the map's places and passages.

    Attributes:
        chances: compartment -> probability that it is compromised; those at zero are left out.
        assets: the same of machines.
        levels: doors that are not open.
        sealed: compartments whose doors are all shut.
        passages: (from, to) -> when traffic was seen; None: nothing was ever read.
        machines: machine -> the same.
    """

    chances: Mapping[ZoneId, float] = field(default_factory=dict)
    assets: Mapping[AssetId, float] = field(default_factory=dict)
    levels: Mapping[ConduitId, Level] = field(default_factory=dict)
    sealed: frozenset[ZoneId] = frozenset()
    leaks: tuple[LeakLine, ...] = ()
    passages: Mapping[tuple[ZoneId, ZoneId], Span] | None = None
    machines: Mapping[AssetId, Span] | None = None


@noun
class Shown:
    """A place as it is shown.

    Attributes:
        depth: places around it.
        opened: what is in it is shown too.
        chance: the highest in it.
        suspected: compartments, or machines in a compartment or a crowd, that are suspected.
        sealed: compartments in it whose doors are all shut.
        unseen: machines in it that no traffic showed; None: nothing was ever read.
        inside: passages between compartments in it.
        leaks: undeclared crossings inside it.
    """

    place: Place
    depth: int
    opened: bool
    chance: float = 0.0
    suspected: int = 0
    sealed: int = 0
    unseen: int | None = None
    inside: int = 0
    leaks: int = 0


@noun
class Tie:
    """The passages from one shown place to another.

    Attributes:
        passages: declared ones.
        levels: how many doors stand at each level.
        moments: how many passages stand so in what was seen; empty when nothing was ever read.
        leaks: undeclared crossings.
        conduits: a few of the passages, the doors moved first.
    """

    from_: str
    to: str
    passages: int
    levels: Mapping[Level, int]
    moments: Mapping[Moment, int]
    leaks: int
    conduits: tuple[ConduitId, ...]


@noun
class Outlook:
    """What is shown.

    Attributes:
        places: each before what is in it.
        ties: those that matter most first.
        ties_left: those beyond `MOST_TIES`.
        folded: asked to be opened, and left shut because it would be too much at once.
        stands: compartment -> key of the shown place that stands for it.
    """

    places: tuple[Shown, ...]
    ties: tuple[Tie, ...]
    ties_left: int
    folded: tuple[str, ...]
    stands: Mapping[ZoneId, str]


def look(
    atlas: Atlas, board: Board, asked: Sequence[str], *, at: datetime | None = None, most: int = MOST_PLACES
) -> Outlook:
    """Show the map with some places opened.

    Args:
        atlas: the map.
        board: its state.
        asked: keys of the places to open, the latest asked last: it is served first. Unknown keys are passed over.
        at: the moment of the picture; None: the end of what was seen.
        most: places shown.
    """
    opened, folded = _opened(atlas, asked, most)
    stands = _Stands(atlas, opened)
    order = list(stands.walk())
    pile = _Pile(board, at)
    for conduit in atlas.hospital.conduits:
        pile.add_conduit(conduit, stands.zones[conduit.from_], stands.zones[conduit.to])
    for leak in board.leaks:
        if at is None or leak.first <= at:
            pile.add_leak(stands.of(leak.from_, leak.src), stands.of(leak.to, leak.dst))
    chances = {key: 0.0 for key, _ in order}
    for zone, chance in board.chances.items():
        if zone in stands.zones:
            chances[stands.zones[zone]] = max(chances[stands.zones[zone]], chance)
    ties = sorted(
        pile.ties.values(), key=lambda tie: (*tie.weight, -chances[tie.from_] * chances[tie.to], tie.from_, tie.to)
    )
    portraits = _Portraits(atlas, board, opened, pile)
    return Outlook(
        places=tuple(portraits.of(key, depth) for key, depth in order),
        ties=tuple(tie.settled() for tie in ties[:MOST_TIES]),
        ties_left=max(0, len(ties) - MOST_TIES),
        folded=folded,
        stands=stands.zones,
    )


def _opened(atlas: Atlas, asked: Sequence[str], most: int) -> tuple[frozenset[str], tuple[str, ...]]:
    """Choose what is opened, the latest asked first, within `most`."""
    opened: set[str] = set()
    folded = []
    count = len(atlas.kinds)
    for key in reversed(asked):
        place = atlas.place(key)
        if place is None or key in opened or not atlas.children(key):
            continue
        needed = [each for each in (*atlas.around(key), key) if each not in opened]
        cost = sum(len(atlas.children(each)) for each in needed)
        if count + cost > most:
            folded.append(key)
        else:
            opened.update(needed)
            count += cost
    return frozenset(opened), tuple(folded)


class _Stands:
    """Which shown place stands for each compartment and machine."""

    def __init__(self, atlas: Atlas, opened: frozenset[str]) -> None:
        self._atlas = atlas
        self._opened = opened
        self.zones: dict[ZoneId, str] = {}

    def walk(self) -> Iterator[tuple[str, int]]:
        """Go through what is shown, with its depth; knows afterwards who stands for each compartment."""
        todo = [(key, 0) for key in reversed(self._atlas.kinds)]
        while todo:
            key, depth = todo.pop()
            yield key, depth
            place = self._atlas.place(key)
            if place is None:
                continue
            if place.rank is Rank.ZONE or (place.zone is None and key not in self._opened):
                self.zones.update(dict.fromkeys(self._atlas.zones_in(key), key))
            if key in self._opened:
                todo.extend((child, depth + 1) for child in reversed(self._atlas.children(key)))

    def of(self, zone: ZoneId, asset: AssetId | None) -> str:
        """Name the place that stands for a machine, or for its compartment when the machine is not known."""
        held = self.zones[zone]
        if asset is None or held not in self._opened:
            return held
        key = f"{Rank.ASSET}:{asset}"
        ways = (*self._atlas.around(key), key)
        for around in ways[ways.index(held) + 1 :]:
            held = around
            if around not in self._opened:
                break
        return held


@dataclass(slots=True)
class _Bundle:
    """A tie being added up."""

    from_: str
    to: str
    passages: int = 0
    leaks: int = 0
    levels: Counter[Level] = field(default_factory=Counter)
    moments: Counter[Moment] = field(default_factory=Counter)
    moved: list[ConduitId] = field(default_factory=list)
    others: list[ConduitId] = field(default_factory=list)

    @property
    def weight(self) -> tuple[bool, int, int]:
        """Rank it: leaks first, then doors that are not open, then how many passages."""
        return not self.leaks, -len(self.moved), -self.passages

    def settled(self) -> Tie:
        return Tie(
            from_=self.from_,
            to=self.to,
            passages=self.passages,
            levels=dict(self.levels),
            moments=dict(self.moments),
            leaks=self.leaks,
            conduits=(*self.moved, *self.others)[:MOST_NAMED],
        )


class _Pile:
    """The ties between shown places, and what stays inside one."""

    def __init__(self, board: Board, at: datetime | None) -> None:
        spans = (board.passages or {}).values()
        self._board = board
        self._begun = min((span.first for span in spans), default=None)
        self._at = at or max((span.last for span in spans), default=None)
        self.ties: dict[tuple[str, str], _Bundle] = {}
        self.inside: Counter[str] = Counter()
        self.leaks_inside: Counter[str] = Counter()

    def add_conduit(self, conduit: Conduit, from_: str, to: str) -> None:
        if from_ == to:
            self.inside[from_] += 1
            return
        tie = self._tie(from_, to)
        tie.passages += 1
        level = self._board.levels.get(conduit.id, Level.OPEN)
        tie.levels[level] += 1
        named = tie.others if level is Level.OPEN else tie.moved
        if len(named) < MOST_NAMED or level is not Level.OPEN:
            named.append(conduit.id)
        if self._board.passages is not None:
            tie.moments[self._moment(self._board.passages.get((conduit.from_, conduit.to)))] += 1

    def add_leak(self, from_: str, to: str) -> None:
        if from_ == to:
            self.leaks_inside[from_] += 1
        else:
            self._tie(from_, to).leaks += 1

    def _tie(self, from_: str, to: str) -> _Bundle:
        tie = self.ties.get((from_, to))
        if tie is None:
            tie = self.ties[from_, to] = _Bundle(from_, to)
        return tie

    def _moment(self, span: Span | None) -> Moment:
        at, begun = self._at, self._begun
        if span is None or at is None or begun is None or span.first > at:
            return Moment.NEVER
        if span.last < at - SILENT_AFTER:
            return Moment.SILENT
        return Moment.NEW if begun < at - RECENT < span.first else Moment.SEEN


class _Portraits:
    """Adds up the state of what is in each shown place."""

    def __init__(self, atlas: Atlas, board: Board, opened: frozenset[str], pile: _Pile) -> None:
        self._atlas = atlas
        self._board = board
        self._opened = opened
        self._pile = pile
        self._silent: Counter[ZoneId] = Counter()
        if board.machines is not None:
            self._silent.update(asset.zone for asset in atlas.hospital.assets if asset.id not in board.machines)

    def of(self, key: str, depth: int) -> Shown:
        place = self._atlas.place(key)
        assert place is not None  # noqa: S101 - `walk` gives places of this atlas
        board = self._board
        if place.rank in {Rank.CROWD, Rank.ASSET}:
            zones: tuple[ZoneId, ...] = ()
            held = tuple(self._atlas.assets_under(key))
            doubts = [board.assets[asset] for asset in held if asset in board.assets]
            silent = 0 if board.machines is None else sum(asset not in board.machines for asset in held)
        else:
            zones = tuple(self._atlas.zones_in(key))
            doubts = [board.chances[zone] for zone in zones if zone in board.chances]
            silent = sum(self._silent[zone] for zone in zones)
        suspected = len(doubts)
        if place.rank is Rank.ZONE and place.zone is not None:
            suspected = sum(asset.id in board.assets for asset in self._atlas.assets_in(place.zone))
        return Shown(
            place=place,
            depth=depth,
            opened=key in self._opened,
            chance=max(doubts, default=0.0),
            suspected=suspected,
            sealed=sum(zone in board.sealed for zone in zones),
            unseen=None if board.machines is None else silent,
            inside=self._pile.inside[key],
            leaks=self._pile.leaks_inside[key],
        )
