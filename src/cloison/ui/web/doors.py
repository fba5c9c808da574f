"""Doors, lines and counts on the ship's section.

A passage between rooms that touch is a door in their wall. One between rooms that do not is drawn, with a
quiet line, only when it matters; the others are counted inside their rooms. Lines run in the gaps between
rooms: along the upper edge of a gap between rows, and beside the doors of the walls they go past.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cloison.ui.web.lettering import measure
from cloison.ui.web.section import FONT, MARK_GAP, MARK_SIGN, PAD_X, PAD_Y, Room, Section, shared_width, walls

LEVELS = ("open", "lifeline", "closed", "leak")
"""From the least shut; a leak has no door."""
THICK = 11.0
APART = 5.0
_LENGTHS = {1: 32.0, 2: 21.0}
_SHORTEST = 14.0
_EDGE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One way from a room to another.

    Attributes:
        level: one of `LEVELS`.
        weight: how much it matters; at zero it earns no line.
        title: which passage, in words.
    """

    from_: str
    to: str
    level: str
    weight: float = 0.0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A door in its place, lying or upright.

    Attributes:
        way: "up", "down", "left" or "right", where the wall's two ways differ; empty when they do not.
    """

    x: float
    y: float
    width: float
    height: float
    level: str
    title: str
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A route between two rooms that do not touch."""

    points: tuple[tuple[float, float], ...]
    level: str

    @property
    def path(self) -> str:
        """It as SVG path data."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How many passages of a level a room has that are not drawn; `look` is the room's."""

    x: float
    y: float
    level: str
    count: int
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything drawn between rooms, and what is only counted inside them."""

    signs: tuple[Sign, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    level: str
    title: str
    to: str = ""


def hang(section: Section, passages: Sequence[Passage], most_lines: int) -> Doors:
    """Put every passage where it belongs.

    Args:
        section: rooms in place.
        passages: keys are those of the section's rooms; those from a room to itself are left out.
        most_lines: how many routes at most, the weightiest first.
    """
    rooms = {room.compartment.key: room for row in section.rows for room in row}
    pairs: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.from_ != passage.to:
            pairs[_pair(passage)].append(passage)
    yard = _Yard(section)
    for one, other in walls(section.rows):
        together = pairs.pop(_ordered(one.compartment.key, other.compartment.key), None)
        if together:
            yard.hang_between(one, other, _items(together))
    counted: list[Passage] = []
    for (one_key, other_key), together in sorted(
        pairs.items(), key=lambda pair: (-max(passage.weight for passage in pair[1]), pair[0])
    ):
        wanted = [passage for passage in together if passage.weight > 0]
        drawn = False
        if wanted and len(yard.lines) < most_lines:
            drawn = yard.route(rooms[one_key], rooms[other_key], _items(wanted))
        counted.extend(passage for passage in together if not (drawn and passage.weight > 0))
    return Doors(signs=tuple(yard.signs), lines=tuple(yard.lines), marks=tuple(_marks(rooms, counted)))


def most_marks(passages: Iterable[Passage]) -> Mapping[str, tuple[int, int]]:
    """Give, for each room, what `Compartment.marks` must keep free: all its passages may end up counted."""
    return {key: (len(counts), len(str(max(counts.values())))) for key, counts in _counted(passages).items()}


def _counted(passages: Iterable[Passage]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        if passage.from_ != passage.to:
            counts[passage.from_][passage.level] += 1
            counts[passage.to][passage.level] += 1
    return counts


def _marks(rooms: Mapping[str, Room], passages: Iterable[Passage]) -> Iterable[Mark]:
    for key, counts in _counted(passages).items():
        room = rooms[key]
        x = room.right - PAD_X
        for level in reversed(LEVELS):
            if counts[level]:
                x -= MARK_SIGN + 3 + measure(str(counts[level]), FONT)
                yield Mark(x=x, y=room.bottom - PAD_Y - 4, level=level, count=counts[level], look=room.compartment.look)
                x -= MARK_GAP


def _items(passages: Sequence[Passage]) -> list[_Item]:
    """Give one sign a direction, or one for both when they agree; what is least shut is what counts."""
    ways: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.level != "leak":
            ways[passage.from_, passage.to].append(passage)
    items = []
    for (_, to), together in sorted(ways.items()):
        level = min((passage.level for passage in together), key=LEVELS.index)
        items.append(_Item(level, "\n".join(passage.title for passage in together), to))
    if len(items) == 1:
        items = [_Item(items[0].level, items[0].title)]
    elif items and items[0].level == items[1].level:
        items = [_Item(items[0].level, f"{items[0].title}\n{items[1].title}")]
    leaks = [passage.title for passage in passages if passage.level == "leak"]
    if leaks:
        items.append(_Item("leak", "\n".join(leaks)))
    return items


class _Yard:
    """The gaps, and what stands in them so far."""

    def __init__(self, section: Section) -> None:
        self.signs: list[Sign] = []
        self.lines: list[Line] = []
        self._rows = section.rows
        self._hull_row = section.hull_row
        self._taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self._shafts: Counter[tuple[int, int]] = Counter()

    def hang_between(self, one: Room, other: Room, items: list[_Item]) -> None:
        """Put doors in the wall between two rooms that touch; `one` is above, or on the left."""
        if one.row == other.row:
            middle = (one.y + one.bottom) / 2
            across = (one.right + other.x) / 2 - THICK / 2
            for start, length, item in _along(items, middle, one.height):
                self._sign(item, (across, start), (THICK, length), _way(item, other, "right", "left"))
            return
        stretch = shared_width(one, other)
        if stretch is None:
            return
        left, right = stretch
        across = (one.bottom + other.y) / 2 - THICK / 2
        for start, length, item in _along(items, (left + right) / 2, right - left):
            self._sign(item, (start, across), (length, THICK), _way(item, other, "down", "up"))
            self._taken[one.row].append((start, start + length))

    def route(self, one: Room, other: Room, items: list[_Item]) -> bool:
        """Draw a line between two rooms that do not touch; False when there is no way."""
        upper, lower = sorted((one, other), key=lambda room: (room.row, room.x))
        if upper.row == lower.row:
            return self._route_along(upper, lower, items)
        length = _length(items)
        exit_x = self._claim(upper.row, upper, 6.0)
        enter_x = self._claim(lower.row - 1, lower, length)
        if exit_x is None or enter_x is None:
            return False
        points = [(exit_x, upper.bottom)]
        x = exit_x
        for row in range(upper.row, lower.row):
            lane = self._rows[row][0].bottom + self._lane()
            turn = enter_x if row == lower.row - 1 else self._shaft(row + 1, x, enter_x)
            points.extend([(x, lane), (turn, lane)])
            x = turn
        top = lower.y - THICK - 1
        points.append((enter_x, top))
        self._finish(points, items, enter_x, top)
        return True

    def _route_along(self, one: Room, other: Room, items: list[_Item]) -> bool:
        """Go round through the gap above, or below for the first row."""
        below = one.row == 0
        gap = one.row if below else one.row - 1
        if gap + 1 >= len(self._rows):
            return False
        exit_x = self._claim(gap, one, 6.0)
        enter_x = self._claim(gap, other, _length(items))
        if exit_x is None or enter_x is None:
            return False
        if below:
            lane = self._rows[gap + 1][0].y - self._lane()
            wall, top = one.bottom, other.bottom + 1
            reach = top + THICK
        else:
            lane = self._rows[gap][0].bottom + self._lane()
            wall, top = one.y, other.y - THICK - 1
            reach = top
        self._finish([(exit_x, wall), (exit_x, lane), (enter_x, lane), (enter_x, reach)], items, enter_x, top)
        return True

    def _finish(self, points: list[tuple[float, float]], items: list[_Item], x: float, top: float) -> None:
        level = "leak" if items[0].level == "leak" else "line"
        self.lines.append(Line(points=tuple(points), level=level))
        for start, length, item in _along(items, x, _length(items)):
            self._sign(item, (start, top), (length, THICK), "")

    def _sign(self, item: _Item, corner: tuple[float, float], size: tuple[float, float], way: str) -> None:
        (x, y), (width, height) = corner, size
        self.signs.append(Sign(x=x, y=y, width=width, height=height, level=item.level, title=item.title, way=way))

    def _lane(self) -> float:
        """Alternate between two heights, both clear of the doors in the gap's middle."""
        return 2.0 + 2.5 * (len(self.lines) % 2)

    def _claim(self, gap: int, room: Room, length: float) -> float | None:
        """Find a free place along a room's wall, the nearest to its middle."""
        middle = (room.x + room.right) / 2
        reach = (room.width - length) / 2 - 4
        steps = int(reach // 5) + 1 if reach >= 0 else 0
        for step in range(steps):
            for x in (middle + 5 * step, middle - 5 * step):
                left, right = x - length / 2, x + length / 2
                if all(right + APART <= start or left - APART >= end for start, end in self._taken[gap]):
                    self._taken[gap].append((left, right))
                    return x
        return None

    def _shaft(self, row: int, x: float, towards: float) -> float:
        """Choose where to go past a row: between two rooms, or along the hull's side."""
        rooms = self._rows[row]
        ways = [(place, room.right, rooms[place + 1].x) for place, room in enumerate(rooms[:-1])]
        if row >= self._hull_row:
            ways.extend([(-1, rooms[0].x - 11, rooms[0].x), (len(rooms) - 1, rooms[-1].right, rooms[-1].right + 11)])
        if not ways:
            # A single room above the hull, as wide as the picture: the line goes behind it.
            return x
        place, left, right = min(ways, key=lambda way: (abs(way[1] - x) + abs(way[1] - towards), way[0]))
        used = self._shafts[row, place]
        self._shafts[row, place] += 1
        step = _EDGE + 2.5 * (used // 2 % 2)
        return left + step if used % 2 == 0 else right - step


def _along(items: Sequence[_Item], middle: float, room: float) -> Iterable[tuple[float, float, _Item]]:
    """Lay signs one after the other, centred; (start, length, item)."""
    length = _LENGTHS.get(len(items), _SHORTEST)
    lengths = [THICK + 3 if item.level == "leak" else length for item in items]
    total = sum(lengths) + 4 * (len(items) - 1)
    if total > room:
        lengths = [min(each, _SHORTEST) for each in lengths]
        total = sum(lengths) + 4 * (len(items) - 1)
    start = middle - total / 2
    for item, each in zip(items, lengths, strict=True):
        yield start, each, item
        start += each + 4


def _way(item: _Item, other: Room, there: str, back: str) -> str:
    """Name where an item leads, when it leads one way only."""
    if not item.to:
        return ""
    return there if item.to == other.compartment.key else back


def _length(items: Sequence[_Item]) -> float:
    return _LENGTHS.get(len(items), 3 * _SHORTEST + 8)


def _pair(passage: Passage) -> tuple[str, str]:
    return _ordered(passage.from_, passage.to)


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
