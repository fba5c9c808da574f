"""The map in black on white: the ship's section as an SVG picture, for paper."""

from html import escape

from cloison.model.hospital import Hospital
from cloison.ui.languages import Translator
from cloison.ui.web.doors import Sign
from cloison.ui.web.section import Room
from cloison.ui.web.ship import draw_ship, ship_of
from cloison.ui.web.speech import Speech

WIDTH = 700.0
"""Pixels; the page shows them at its own width."""
LINES = 6
_FACE = 'font-family="DejaVu Sans" font-size="15" font-weight="bold"'


def section_svg(hospital: Hospital, words: Translator) -> str:
    """Draw a hospital's section, every door open: dashed, as the screen draws it."""
    section, doors = draw_ship(ship_of(hospital, (), {}), (), Speech(words), WIDTH, LINES)
    parts = [f'<path d="{section.hull.path}" fill="none" stroke="black" stroke-width="2.5"/>']
    parts += [
        f'<path d="{line.path}" fill="none" stroke="black" stroke-width="0.8" stroke-dasharray="2 3"/>'
        for line in doors.lines
    ]
    parts += [_room(room, outside=row < section.hull_row) for row, rooms in enumerate(section.rows) for room in rooms]
    parts += [
        _box(mark.x + 1, mark.y - 11, 8, 11) + _text(mark.x + 13, mark.y, str(mark.count)) for mark in doors.marks
    ]
    parts += [_sign(sign) for sign in doors.signs]
    size = f'viewBox="-2 -2 {section.width + 4:.0f} {section.height + 4:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _room(room: Room, *, outside: bool) -> str:
    dashes = ' stroke-dasharray="7 4"' if outside else ""
    wall = (
        f'<rect x="{room.x:.1f}" y="{room.y:.1f}" width="{room.width:.1f}" height="{room.height:.1f}" rx="3" '
        f'fill="white" stroke="black" stroke-width="1.4"{dashes}/>'
    )
    return wall + "".join(_text(room.x + 9, y, line) for y, line in (*room.name, *room.states))


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {_FACE}>{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="white" stroke="black" stroke-width="1.4" stroke-dasharray="3 1.5"/>'


def _sign(sign: Sign) -> str:
    right, bottom = sign.x + sign.width, sign.y + sign.height
    middle, centre = sign.x + sign.width / 2, sign.y + sign.height / 2
    ways = {
        "down": f"M{middle - 4:.1f} {bottom + 1:.1f}h8l-4 5z",
        "up": f"M{middle - 4:.1f} {sign.y - 1:.1f}h8l-4 -5z",
        "right": f"M{right + 1:.1f} {centre - 4:.1f}v8l5 -4z",
        "left": f"M{sign.x - 1:.1f} {centre - 4:.1f}v8l-5 -4z",
    }
    arrow = f'<path d="{ways[sign.way]}"/>' if sign.way else ""
    return _box(sign.x, sign.y, sign.width, sign.height) + arrow
