"""The front "care lost to the doors / risk left": what is on it, what is worth listing, and in which order.

Both are measured where no choice was made: the care that doors take is the same in all scenarios, the risk is
that of fresh runs.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from cloison.model.plan import Alternative

NOTHING, TOTAL_CUT, OPTIMAL, ROBUST = "nothing", "total-cut", "optimal", "robust"
FIXED = (ROBUST, OPTIMAL, NOTHING, TOTAL_CUT)
"""Listed first, in this order, wherever they stand."""

MOST = 7
"""Choices that one person can weigh at night."""

GENTLER = ("less-care-lost", "least-care-lost")
FIRMER = ("less-risk", "least-risk")

MATERIAL = 0.05
"""Care-hours: two choices nearer than this on both sides read the same at one decimal."""


class Place(NamedTuple):
    """Where a choice stands, in care-hours.

    Attributes:
        sealing: care lost to the doors.
        risk: care lost to the intruder and the weight of records, over fresh runs.
    """

    sealing: float
    risk: float


def place(choice: Alternative, record_weight: float) -> Place:
    """Give where a choice stands."""
    taken = choice.fresh_care_hours - choice.sealing_care_hours + record_weight * choice.fresh_records
    return Place(choice.sealing_care_hours, taken)


def beats(one: Place, other: Place) -> bool:
    """Tell whether one is nowhere worse and somewhere clearly better."""
    no_worse = one.sealing <= other.sealing + 1e-9 and one.risk <= other.risk + 1e-9
    return no_worse and (one.sealing < other.sealing - MATERIAL or one.risk < other.risk - MATERIAL)


def order(named: Sequence[Alternative], others: Sequence[Alternative], record_weight: float) -> tuple[Alternative, ...]:
    """List the choices.

    Args:
        named: those that have a name of their own, of `FIXED`, the plan among them.
        others: candidates without a name yet.
        record_weight: κ.

    Returns:
        The named ones first; then, by rising care lost to the doors, the others that nothing listed beats and
        that nothing stands close to: at most two that give up less care than the robust doors (the plan where
        there are none), and two that give up more; seven choices in all. Each is told whether it is on the
        front, and its neighbour: the choice that gives up a little less care.
    """
    if not named:
        return ()
    named = sorted(named, key=lambda each: FIXED.index(each.name))
    where = [place(each, record_weight) for each in (*named, *others)]
    places = where[: len(named)]
    kept: list[tuple[Place, Alternative]] = []
    for its, each in sorted(zip(where[len(named) :], others, strict=True), key=lambda pair: pair[0]):
        known = [*places, *(other for other, _ in kept)]
        if not any(beats(other, its) for other in where) and not any(_alike(other, its) for other in known):
            kept.append((its, each))
    reference = places[0].sealing
    below = [pair for pair in kept if pair[0].sealing < reference]
    above = [pair for pair in kept if pair[0].sealing >= reference]
    while len(below) > len(GENTLER) or len(above) > len(FIRMER) or len(named) + len(below) + len(above) > MOST:
        side = below if len(below) > len(above) else above
        side.remove(_most_crowded(side, places))
    chosen = [
        *named,
        *(replace(each, name=name) for name, (_, each) in zip(GENTLER, reversed(below), strict=False)),
        *(replace(each, name=name) for name, (_, each) in zip(FIRMER, above, strict=False)),
    ]
    return _beside_each_other(chosen, record_weight, len(named))


def _alike(one: Place, other: Place) -> bool:
    return abs(one.sealing - other.sealing) < MATERIAL and abs(one.risk - other.risk) < MATERIAL


def _most_crowded(side: list[tuple[Place, Alternative]], places: list[Place]) -> tuple[Place, Alternative]:
    """Find the choice that leaves the smallest hole when it goes, in shares of the two ranges."""
    all_ = [*places, *(its for its, _ in side)]
    ranges = [max(each[axis] for each in all_) - min(each[axis] for each in all_) or 1.0 for axis in range(2)]

    def nearest(pair: tuple[Place, Alternative]) -> float:
        mine = pair[0]
        return min(
            sum(abs(mine[axis] - its[axis]) / ranges[axis] for axis in range(2)) for its in all_ if its is not mine
        )

    return min(side, key=nearest)


def _beside_each_other(chosen: list[Alternative], record_weight: float, named: int) -> tuple[Alternative, ...]:
    where = {each.name: place(each, record_weight) for each in chosen}
    rising = sorted(chosen, key=lambda each: (each.sealing_care_hours, -where[each.name].risk))
    before = {each.name: neighbour.name for neighbour, each in pairwise(rising)}
    told = [
        replace(
            each,
            neighbour=before.get(each.name),
            on_front=not any(beats(other, where[each.name]) for other in where.values()),
        )
        for each in chosen
    ]
    return (*told[:named], *sorted(told[named:], key=lambda each: each.sealing_care_hours))
