"""Each care service now: normal, degraded or stopped, why, until when, and what comes back in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from cloison.care.doors import cut_flows, state_of
from cloison.care.needs import failing
from cloison.model.crisis import Declaration, Form
from cloison.model.hospital import CareService, CareServiceId, ConduitId, Hospital, Level, ZoneId
from cloison.model.noun import noun
from cloison.model.plan import ServiceState

LOST = 0.9
"""From this suspicion on, a compartment is taken as lost."""

DRAWS = 400
"""Of which compartments are compromised: a share of services' needs within 2.5 % of its value."""


class Cause(StrEnum):
    """Why a service is not as usual."""

    NONE = "none"
    DOORS = "doors"
    LOST = "lost"
    DECLARED = "declared"


@noun
class Shut:
    """Doors that are shut now, all of them together.

    Attributes:
        since: when the first of them was.
        hours: how long they are meant to stay so.
    """

    levels: tuple[tuple[ConduitId, Level], ...] = ()
    since: datetime | None = None
    hours: float = 12.0


@noun
class Activity:
    """One care service now.

    Attributes:
        since: when it ceased to be normal; None: it is, or nobody knows.
        stops_at: when its degraded mode is worn out; None: it is not degraded, or without end.
        back_at: when it can be normal again at the earliest; None: it is, or only people can tell.
        rank: from 1, its place among those to rebuild; None: nothing of it is to be rebuilt.
        threatened: chance that the intruder holds what it needs.
        declared: the latest word of somebody there, when it counts.
        forms: its paper forms.
    """

    service: CareService
    state: ServiceState
    cause: Cause
    since: datetime | None = None
    stops_at: datetime | None = None
    back_at: datetime | None = None
    rank: int | None = None
    threatened: float = 0.0
    declared: Declaration | None = None
    forms: tuple[Form, ...] = ()


def activities(
    hospital: Hospital,
    shut: Shut,
    suspicion: Mapping[ZoneId, float],
    declarations: Sequence[Declaration],
    forms: Sequence[Form],
    *,
    now: datetime,
) -> tuple[Activity, ...]:
    """Tell how every care service goes, those that are worst off first, then in the map's order.

    What somebody there declared comes before what the map and the doors say. Services that lost a compartment are
    to be rebuilt in the order that loses least care when one is rebuilt after another: by care an hour, over the
    hours to rebuild (Smith, Naval Research Logistics Quarterly 3, 1956).

    Args:
        hospital: the map.
        shut: doors that are not open.
        suspicion: zone -> chance that it is compromised.
        declarations: in the order in which they were made.
        forms: the latest count of each.
        now: UTC.
    """
    said: dict[CareServiceId, Declaration] = {each.service: each for each in declarations}
    cut = cut_flows(hospital, dict(shut.levels))
    chances = np.array([suspicion.get(zone.id, 0.0) for zone in hospital.zones])
    nobody, none_cut = np.zeros((1, len(chances)), dtype=np.bool_), np.zeros(len(hospital.flows), dtype=np.bool_)
    by_doors = failing(hospital, nobody, cut)[0]
    by_loss = failing(hospital, (chances >= LOST)[None, :], none_cut)[0]
    drawn = np.random.default_rng(0).random((DRAWS, len(chances))) < chances
    threatened = failing(hospital, drawn, none_cut).mean(axis=0)
    found = []
    for place, service in enumerate(hospital.care_services):
        word = said.get(service.id)
        if word is not None and word.state is not None:
            told = _declared(service, word)
        elif by_loss[place] or by_doors[place]:
            told = _out(service, shut, lost=bool(by_loss[place]), now=now)
        else:
            told = Activity(service=service, state=ServiceState.NORMAL, cause=Cause.NONE)
        found.append(
            replace(
                told,
                threatened=float(threatened[place]),
                forms=tuple(each for each in forms if each.service == service.id),
            )
        )
    order = list(reversed(ServiceState))
    return tuple(sorted(_ranked(found), key=lambda each: order.index(each.state)))


def kept(activities: Sequence[Activity], *, now: datetime, hours: float, steps: int) -> tuple[tuple[float, float], ...]:
    """Follow the share of care kept from now on, if nothing more happens: (hours from now, share), evenly spaced.

    Degraded modes wear out when they must; services come back when they can, rebuilt ones one after another; one
    that people declared stays as it is until they say otherwise.
    """
    whole = sum(each.service.care_per_hour for each in activities) or 1.0
    grid = [hours * step / steps for step in range(steps + 1)]
    return tuple(
        (at, sum(each.service.care_per_hour * share(each, now + timedelta(hours=at)) for each in activities) / whole)
        for at in grid
    )


def share(activity: Activity, at: datetime) -> float:
    """Give the share of its care that a service keeps at a moment, 0 to 1."""
    if activity.state is ServiceState.NORMAL or (activity.back_at is not None and at >= activity.back_at):
        return 1.0
    worn = activity.stops_at is not None and at >= activity.stops_at
    return 0.0 if worn or activity.state is ServiceState.STOPPED else activity.service.degraded.capacity


def _declared(service: CareService, word: Declaration) -> Activity:
    if word.state is ServiceState.NORMAL:
        return Activity(service=service, state=ServiceState.NORMAL, cause=Cause.DECLARED, declared=word)
    worn = word.at + timedelta(hours=service.degraded.hours) if service.degraded.hours else None
    return Activity(
        service=service,
        state=word.state or ServiceState.NORMAL,
        cause=Cause.DECLARED,
        since=word.at,
        stops_at=worn if word.state is ServiceState.DEGRADED else None,
        declared=word,
    )


def _out(service: CareService, shut: Shut, *, lost: bool, now: datetime) -> Activity:
    """Tell of a service whose systems are out; those of a compartment that is lost must be rebuilt."""
    since = shut.since or now
    state = state_of(service, out=True)
    stops = since + timedelta(hours=service.degraded.hours) if state is ServiceState.DEGRADED else None
    return Activity(
        service=service,
        state=ServiceState.STOPPED if stops is not None and stops <= now else state,
        cause=Cause.LOST if lost else Cause.DOORS,
        since=since,
        stops_at=stops if stops is not None and stops > now else None,
        back_at=now + timedelta(hours=service.restore_hours) if lost else since + timedelta(hours=shut.hours),
    )


def _ranked(found: Sequence[Activity]) -> list[Activity]:
    lost = [each for each in found if each.cause is Cause.LOST]
    order = sorted(lost, key=lambda each: -each.service.care_per_hour / max(each.service.restore_hours, 1e-9))
    ranks = {each.service.id: rank for rank, each in enumerate(order, start=1)}
    return [replace(each, rank=ranks.get(each.service.id)) for each in found]
