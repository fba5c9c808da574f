"""The ship's section: rooms in a hull, laid out for any map and any width.

Decks go from the outside world, above the hull, down to what must survive. Every room is at least as
large as its words (`lettering`), rows fill the hull, and rooms that share a passage are brought side by
side where that is possible.

Pixels, origin at the top left, y downwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cloison.ui.web.lettering import measure, narrowest, wrap

FONT = 15.0
LINE = 18.0
GAP = 21.0
"""Between rooms, and between rows: wide enough for a door and a line on each side of it."""
PAD_X, PAD_Y = 9.0, 6.0
SIDE = 12.0
KEEL_INSET = 30.0
LEAST_ROOM = 84.0
NAME_LINES, MOST_NAME_LINES = 2, 6
MARK_SIGN, MARK_GAP = 10.0, 9.0
TOUCH = 50.0
"""Two rooms one above the other touch when they share at least this width: room for two doors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """What a room must show.

    Attributes:
        key: names it among the passages.
        deck: 0 is outside the hull, then downwards.
        states: one line of words each.
        look: "calm", "doubt", "suspect", "lost", "kept".
        marks: how many counts of doors it may have to show, and the digits of the largest.
        title: all of it in one sentence, for whoever cannot see it.
        link: where its details are.
    """

    key: str
    deck: int
    name: str
    states: tuple[str, ...] = ()
    look: str = "calm"
    marks: tuple[int, int] = (0, 0)
    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A compartment in its place; words are cut in lines, baselines given."""

    compartment: Compartment
    row: int
    x: float
    y: float
    width: float
    height: float
    name: tuple[tuple[float, str], ...]
    states: tuple[tuple[float, str], ...]

    @property
    def right(self) -> float:
        """Its right wall."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower wall."""
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Hull:
    """The ship's outline: straight sides that close in by `taper`, then rounded corners."""

    top: float
    bottom: float
    width: float
    taper: float
    corner_x: float
    corner_y: float

    def inset(self, y: float) -> float:
        """How far the side stands from the edge at a height, corners apart."""
        return self.taper * (y - self.top) / (self.bottom - self.top)

    @property
    def path(self) -> str:
        """Its outline as SVG path data."""
        turn = self.bottom - self.corner_y
        side, keel = self.inset(turn), self.taper + self.corner_x
        return (
            f"M0 {self.top:.1f}H{self.width:.1f}L{self.width - side:.1f} {turn:.1f}"
            f"Q{self.width - self.taper:.1f} {self.bottom:.1f} {self.width - keel:.1f} {self.bottom:.1f}"
            f"H{keel:.1f}Q{self.taper:.1f} {self.bottom:.1f} {side:.1f} {turn:.1f}Z"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rooms in place, row by row; `hull_row` is the first row inside the hull."""

    width: float
    height: float
    hull: Hull
    rows: tuple[tuple[Room, ...], ...]
    hull_row: int


@dataclass(frozen=True, slots=True)
class _Sized:
    compartment: Compartment
    width: float


def lay_out(compartments: Sequence[Compartment], ties: Mapping[tuple[str, str], float], width: float) -> Section:
    """Place every compartment.

    Args:
        compartments: any number, in any order; keys differ.
        ties: (key, key) -> how much it matters that these two touch, above zero.
        width: of the whole picture, 240 or more.

    Returns:
        Rooms inside the hull (deck 0: above it) that do not overlap and hold their words.
    """
    rows, hull_row = _pack(compartments, width)
    rows = _neighbourly(rows, ties, width)
    least = [[room_width for _, room_width in spans] for spans in _spans(rows, hull_row, width)]
    heights = [
        max(_height(room.compartment, room_width) for room, room_width in zip(row, widths, strict=True))
        for row, widths in zip(rows, least, strict=True)
    ]
    tops: list[float] = []
    y = 1.0
    hull_top = y
    for index, height in enumerate(heights):
        if index == hull_row:
            # The hull's own line runs through the middle of the gap, where its doors are.
            hull_top = y if index == 0 else y - GAP / 4
            y += SIDE if index == 0 else GAP / 2
        tops.append(y)
        y += height + GAP
    if hull_row == len(rows):
        hull_top = y
        y += 2 * GAP
    bottom = y - GAP + SIDE
    depth = bottom - hull_top
    hull = Hull(
        top=hull_top,
        bottom=bottom,
        width=width,
        taper=_taper(width),
        corner_x=min(80.0, width / 4),
        corner_y=min(56.0, depth / 2),
    )
    placed = []
    for index, row in enumerate(rows):
        left, right = _limits(index, rows, hull_row, width)
        if index >= hull_row:
            # Heights were found with the narrowest hull: following its real side only gives room. Words stay
            # broken as they were then: in a wider room a long one may break otherwise, and take a line more.
            give = hull.taper - hull.inset(tops[index] + heights[index])
            left, right = left - give, right + give
        placed.append(
            tuple(
                _placed(room.compartment, index, (x, tops[index]), (room_width, heights[index]), inside)
                for room, (x, room_width), inside in zip(row, _spread(row, left, right), least[index], strict=True)
            )
        )
    return Section(width=width, height=bottom + 2, hull=hull, rows=tuple(placed), hull_row=hull_row)


def shared_width(upper: Room, lower: Room) -> tuple[float, float] | None:
    """Give the stretch of wall that two rooms of neighbouring rows share, when a door fits in it."""
    left, right = max(upper.x, lower.x), min(upper.right, lower.right)
    return (left, right) if right - left >= TOUCH else None


def _limits(index: int, rows: Sequence[Sequence[_Sized]], hull_row: int, width: float) -> tuple[float, float]:
    """Give the left and right edges of a row; the last one leaves room for the rounded corners."""
    if index < hull_row:
        return 0.0 + 1, width - 1
    inset = _taper(width) + SIDE + (KEEL_INSET if index == len(rows) - 1 else 0.0)
    return inset, width - inset


def _spans(rows: Sequence[Sequence[_Sized]], hull_row: int, width: float) -> list[list[tuple[float, float]]]:
    return [_spread(row, *_limits(index, rows, hull_row, width)) for index, row in enumerate(rows)]


def _taper(width: float) -> float:
    return min(22.0, 0.03 * width)


def _pack(compartments: Sequence[Compartment], width: float) -> tuple[list[list[_Sized]], int]:
    """Part the decks in rows that hold their rooms' least widths, as evenly as can be."""
    rows: list[list[_Sized]] = []
    hull_row = 0
    decks = sorted({compartment.deck for compartment in compartments})
    for deck in decks:
        inside = deck > 0
        keel = KEEL_INSET if deck == decks[-1] else 0.0
        room = width - 2 * (_taper(width) + SIDE + keel) if inside else width - 2
        sized = [_Sized(each, _least_width(each, room)) for each in compartments if each.deck == deck]
        rows.extend(_parted(sized, room))
        if not inside:
            hull_row = len(rows)
    return rows, hull_row


def _parted(rooms: list[_Sized], width: float) -> list[list[_Sized]]:
    """Fill as few rows as possible; among these, keep the fullest row as empty as possible."""
    best = _filled(rooms, width)
    total = sum(room.width + GAP for room in rooms) - GAP
    room = total / len(best)
    while room < width:
        tried = _filled(rooms, room)
        if len(tried) == len(best) and max(_taken(row) for row in tried) <= width:
            return tried
        room += 8.0
    return best


def _filled(rooms: list[_Sized], width: float) -> list[list[_Sized]]:
    rows: list[list[_Sized]] = [[]]
    for room in rooms:
        if rows[-1] and _taken([*rows[-1], room]) > width:
            rows.append([])
        rows[-1].append(room)
    return rows


def _taken(row: Sequence[_Sized]) -> float:
    return sum(room.width for room in row) + GAP * (len(row) - 1)


def _spread(row: Sequence[_Sized], left: float, right: float) -> list[tuple[float, float]]:
    """Give each room its place and width: what the row has to spare is shared out evenly."""
    spare = max(0.0, right - left - _taken(row)) / len(row)
    spans = []
    x = left
    for room in row:
        spans.append((x, room.width + spare))
        x += room.width + spare + GAP
    return spans


def _neighbourly(rows: list[list[_Sized]], ties: Mapping[tuple[str, str], float], width: float) -> list[list[_Sized]]:
    """Swap rooms within their row while that makes more passages touch.

    Source: steepest swaps, as in the layer-by-layer ordering of Sugiyama, Tagawa and Toda (1981).
    """
    rows = [list(row) for row in rows]
    if not ties:
        return rows
    best = _closeness(rows, ties, width)
    for _ in range(3):
        before = best
        for row in rows:
            for first in range(len(row)):
                for second in range(first + 1, len(row)):
                    row[first], row[second] = row[second], row[first]
                    score = _closeness(rows, ties, width)
                    if score > best:
                        best = score
                    else:
                        row[first], row[second] = row[second], row[first]
        if best == before:
            break
    return rows


def _closeness(rows: Sequence[Sequence[_Sized]], ties: Mapping[tuple[str, str], float], width: float) -> float:
    """Weigh the pairs that touch; distance counts a little, so that far rooms draw nearer too."""
    where: dict[str, tuple[int, int, float, float]] = {}
    for index, row in enumerate(rows):
        inset = _taper(width) + SIDE
        for place, (room, (x, room_width)) in enumerate(zip(row, _spread(row, inset, width - inset), strict=True)):
            where[room.compartment.key] = (index, place, x, x + room_width)
    score = 0.0
    for (one, other), weight in ties.items():
        row_a, place_a, left_a, right_a = where[one]
        row_b, place_b, left_b, right_b = where[other]
        beside = row_a == row_b and abs(place_a - place_b) == 1
        stacked = abs(row_a - row_b) == 1 and min(right_a, right_b) - max(left_a, left_b) >= TOUCH
        apart = abs(left_a + right_a - left_b - right_b) / (2 * width)
        score += weight * (1.0 if beside or stacked else 0.0) - 0.1 * weight * apart
    return score


def _least_width(compartment: Compartment, room: float) -> float:
    inner = room - 2 * PAD_X
    words = [narrowest(compartment.name, FONT, NAME_LINES, inner)]
    words.extend(narrowest(state, FONT, 1, inner) for state in compartment.states)
    words.append(min(inner, _marks_width(compartment)))
    return min(room, max(LEAST_ROOM, *(word + 2 * PAD_X for word in words)))


def _marks_width(compartment: Compartment) -> float:
    count, digits = compartment.marks
    return count * (MARK_SIGN + 3 + measure("0" * digits, FONT) + MARK_GAP)


def _lines(compartment: Compartment, width: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    inner = width - 2 * PAD_X + 0.01
    name = wrap(compartment.name, FONT, inner, MOST_NAME_LINES)
    states = tuple(line for state in compartment.states for line in wrap(state, FONT, inner, 3))
    return name, states


def _height(compartment: Compartment, width: float) -> float:
    name, states = _lines(compartment, width)
    lines = len(name) + len(states)
    last = measure((states or name)[-1], FONT) + MARK_GAP
    if compartment.marks[0] and last + _marks_width(compartment) > width - 2 * PAD_X:
        lines += 1
    return max(2 * LINE, lines * LINE) + 2 * PAD_Y


def _placed(
    compartment: Compartment, row: int, corner: tuple[float, float], size: tuple[float, float], words_width: float
) -> Room:
    (x, y), (width, height) = corner, size
    name, states = _lines(compartment, words_width)
    first = y + PAD_Y + FONT
    return Room(
        compartment=compartment,
        row=row,
        x=x,
        y=y,
        width=width,
        height=height,
        name=tuple((first + LINE * index, line) for index, line in enumerate(name)),
        states=tuple((first + LINE * (len(name) + index), line) for index, line in enumerate(states)),
    )


def walls(rows: Sequence[Sequence[Room]]) -> list[tuple[Room, Room]]:
    """List the pairs of rooms that touch: side by side, or one above the other."""
    pairs = [pair for row in rows for pair in pairwise(row)]
    for upper, lower in pairwise(rows):
        pairs.extend((one, other) for one in upper for other in lower if shared_width(one, other) is not None)
    return pairs
