"""The doors of a plan as steps that a person follows, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cloison.model.hospital import Conduit, ConduitId, EnforcementPoint, Hospital, Level, ZoneId
from cloison.model.plan import Action, SealPlan
from cloison.ui.web.speech import legible


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One passage of a step, with the names that people use."""

    source: str
    target: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One door to move: passages that share it move together.

    Attributes:
        number: from 1, in the plan's order.
        by_hand: a person must go there: a cable, a switch.
    """

    number: int
    level: Level
    crossings: tuple[Crossing, ...]
    point: str
    place: str | None
    person: str | None
    by_hand: bool
    time: timedelta


def steps(hospital: Hospital, plan: SealPlan) -> tuple[Step, ...]:
    """List a plan's doors in its own order."""
    return tuple(step for step, _ in steps_of(hospital, plan.actions))


def steps_of(hospital: Hospital, actions: Sequence[Action]) -> tuple[tuple[Step, tuple[Action, ...]], ...]:
    """Put actions together by door, in the order given: each step, with the actions that it stands for."""
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    points = {point.id: point for point in hospital.enforcement_points}
    names = {zone.id: zone.name for zone in hospital.zones}
    doors: dict[str, list[Action]] = {}
    for action in actions:
        doors.setdefault(f"door:{action.door}" if action.door else f"conduit:{action.conduit}", []).append(action)
    return tuple(
        (_step(number, theirs, conduits, points[theirs[0].enforced_by], names), tuple(theirs))
        for number, theirs in enumerate(doors.values(), start=1)
    )


def _step(
    number: int,
    actions: list[Action],
    conduits: Mapping[ConduitId, Conduit],
    point: EnforcementPoint,
    names: Mapping[ZoneId, str],
) -> Step:
    crossed = [conduits[action.conduit] for action in actions]
    return Step(
        number=number,
        level=actions[0].level,
        crossings=tuple(
            Crossing(source=legible(names[conduit.from_]), target=legible(names[conduit.to]), services=conduit.services)
            for conduit in crossed
        ),
        point=legible(str(point.id)),
        place=legible(point.place) if point.place else None,
        person=legible(point.person) if point.person else None,
        by_hand=point.driver == "manual",
        time=timedelta(minutes=max(action.close_minutes for action in actions)),
    )
