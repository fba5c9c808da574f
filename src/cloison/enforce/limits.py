"""What one person may not do alone with the doors: so that Cloison cannot be turned against the hospital.

Judged after the approvals and before anything moves. A second, different person may go beyond, and the journal says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cloison.model.hospital import EnforcementPointId, Flow, Hospital, Level
from cloison.model.sealing import PointRules, Record, Step
from cloison.words import Sentence, say

WITHIN = timedelta(hours=1)

TIMES = 6
"""Changes of one point within the hour: shutting, correcting and opening again a few times, not for ever."""

DOORS = 400
"""Doors moved at one point within the hour: more than a hospital's plan holds, less than shutting and opening all of a
large one again and again."""

_MOVES = frozenset({Step.APPLY, Step.OPEN})


def beyond(
    points: Sequence[PointRules], records: Sequence[Record], hospital: Hospital, now: datetime
) -> tuple[Sentence, ...]:
    """Give what these doors go beyond.

    Args:
        points: doors to shut.
        records: the journal; openings count, but are never refused: care must not stay cut for a number.
        hospital: the map.
        now: UTC.
    """
    told: list[Sentence] = []
    for point in points:
        times, doors = _moved(point.point.id, records, now)
        if point.doors and times + 1 > TIMES:
            told.append(say("{point} was changed {n} times within the hour", point=point.point.id, n=times))
        if point.doors and doors + len(point.doors) > DOORS:
            told.append(
                say(
                    "{point} would have moved {n} doors within the hour",
                    point=point.point.id,
                    n=doors + len(point.doors),
                )
            )
    cut = lifelines_cut(points, hospital)
    if cut:
        told.append(say("lifelines would be cut: {flows}", flows=", ".join(flow.id for flow in cut)))
    return tuple(told)


def lifelines_cut(points: Sequence[PointRules], hospital: Hospital) -> tuple[Flow, ...]:
    """Give the lifeline flows that cross a door which would be closed, not only brought to its lifelines."""
    closed = {door.conduit for point in points for door in point.doors if door.level is Level.CLOSED}
    return tuple(flow for flow in hospital.flows if flow.lifeline and closed & set(flow.via))


def _moved(point: EnforcementPointId, records: Sequence[Record], now: datetime) -> tuple[int, int]:
    """Count the changes asked of a point within the hour, and the doors in them."""
    moves = [
        len(record.doors)
        for record in records
        if record.point == point and record.step in _MOVES and not record.done and now - record.at < WITHIN
    ]
    return len(moves), sum(moves)
