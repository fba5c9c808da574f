"""From zones that fall at their hours to care services that fail at theirs, and to the care kept hour by hour."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.care.doors import cut_flows
from cloison.care.needs import dependency_order, zone_places
from cloison.model.hospital import AllOf, CareService, ConduitId, Hospital, Level, Needs
from cloison.model.noun import noun

Hours: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

BAND = (0.1, 0.9)
"""Of the runs: the edges of the band drawn around a mean."""

_FINE, _COARSE = 49, 72
"""Moments looked at until the horizon, and after it."""

_NO_ZONE = -1


class Failing(NamedTuple):
    """When care services fail.

    Attributes:
        hours: (N, S) infinite: never.
        zones: (N, S) place of the zone whose fall decided; -1: no zone did.
    """

    hours: Hours
    zones: Places


@noun
class Capacity:
    """Care kept over time, as a share of what is made when all is well.

    Attributes:
        hours: G moments from now.
        mean: G shares over the runs.
        low: a tenth of the runs keep less.
        high: a tenth of the runs keep more.
        standard_error: of each mean.
    """

    hours: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    standard_error: tuple[float, ...]


def failing_from(hospital: Hospital, zone_hours: Hours, flows_cut: NDArray[np.bool_]) -> Failing:
    """Tell when each care service's needs stop being met, as zones go and with some flows cut.

    Args:
        hospital: Z zones, F flows, S care services.
        zone_hours: (N, Z) when each zone goes; infinite: it does not.
        flows_cut: (F,) flows that are cut from hour 0.
    """
    count = len(zone_hours)
    gone = {
        leaf: Failing(zone_hours[:, place], np.full(count, place, dtype=np.intp))
        for leaf, place in zone_places(hospital).items()
    }
    nobody = np.full(count, _NO_ZONE, dtype=np.intp)
    never, at_once = (Failing(np.full(count, hour), nobody) for hour in (np.inf, 0.0))
    for flow, cut in zip(hospital.flows, flows_cut, strict=True):
        gone[f"flow:{flow.id}"] = at_once if cut else never
    return failing(hospital, gone, count)


def failing(hospital: Hospital, leaves: Mapping[str, Failing], count: int) -> Failing:
    """Tell when each care service's needs stop being met.

    What needs all of its branches fails with the first of them; what needs one, with the last.

    Args:
        hospital: S care services.
        leaves: "asset:ID", "zone:ID", "flow:ID" -> (N,) when each goes, and by which zone.
        count: N.
    """
    nobody = np.full(count, _NO_ZONE, dtype=np.intp)
    never, at_once = (Failing(np.full(count, hour), nobody) for hour in (np.inf, 0.0))
    known = dict(leaves)

    def when(need: Needs) -> Failing:
        if isinstance(need, str):
            return known[need]
        branches = [when(branch) for branch in need.of]
        if not branches:
            return never if isinstance(need, AllOf) else at_once
        hours = np.stack([branch.hours for branch in branches])
        choose = np.argmin if isinstance(need, AllOf) else np.argmax
        chosen, runs = choose(hours, axis=0), np.arange(count)
        return Failing(hours[chosen, runs], np.stack([branch.zones for branch in branches])[chosen, runs])

    for place in dependency_order(hospital):
        service = hospital.care_services[place]
        known[f"care_service:{service.id}"] = never if service.needs is None else when(service.needs)
    found = [known[f"care_service:{service.id}"] for service in hospital.care_services]
    if not found:
        return Failing(np.empty((count, 0)), np.empty((count, 0), dtype=np.intp))
    return Failing(np.stack([each.hours for each in found], axis=1), np.stack([each.zones for each in found], axis=1))


def capacity(
    hospital: Hospital,
    dark: Hours,
    levels: Mapping[ConduitId, Level],
    *,
    seal_hours: float,
    horizon_hours: float,
) -> Capacity:
    """Follow the care kept, from now until the last service is back.

    A service that lost a system to the intruder is out until it is built anew, `restore_hours` after it went dark; one
    that only lost flows to the doors, until these open again. An outage that follows another without a break uses up
    the same degraded mode.

    Args:
        hospital: the map.
        dark: (N, Z) from when each zone's systems serve nobody (see `cloison.spread.ransomware.dark_from`).
        levels: conduits that are not open.
        seal_hours: T, how long the doors stay shut.
        horizon_hours: H.
    """
    lost = failing_from(hospital, dark, np.zeros(len(hospital.flows), dtype=np.bool_)).hours
    out = failing_from(hospital, dark, cut_flows(hospital, levels)).hours
    longest = max((service.restore_hours for service in hospital.care_services), default=0.0)
    end = max(horizon_hours + longest, seal_hours)
    grid = np.union1d(np.linspace(0.0, horizon_hours, _FINE), np.linspace(horizon_hours, end, _COARSE + 1))
    kept = np.zeros((len(dark), len(grid)))
    whole = sum(service.care_per_hour for service in hospital.care_services)
    for service, lost_at, out_at in zip(hospital.care_services, lost.T, out.T, strict=True):
        kept += service.care_per_hour * _share(service, grid, lost_at[:, None], out_at[:, None], seal_hours)
    kept = kept / whole if whole > 0.0 else np.ones_like(kept)
    low, high = np.quantile(kept, BAND, axis=0)
    error = kept.std(axis=0, ddof=1) / np.sqrt(len(kept)) if len(kept) > 1 else np.full(len(grid), np.nan)
    return Capacity(
        hours=tuple(grid.tolist()),
        mean=tuple(kept.mean(axis=0).tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        standard_error=tuple(error.tolist()),
    )


def _share(service: CareService, grid: Hours, lost_at: Hours, out_at: Hours, seal_hours: float) -> Hours:
    """Give the share of one service's care kept at each moment, (N, G); both outages as (N, 1)."""
    rebuilt = (grid >= lost_at) & (grid < lost_at + service.restore_hours)
    shut = (grid >= out_at) & (grid < seal_hours)
    # `out_at` is never after `lost_at`: cut flows only add to what fails.
    since = np.where(rebuilt & (lost_at > seal_hours), lost_at, out_at)
    with np.errstate(invalid="ignore"):
        degraded = np.where(grid - since < service.degraded.hours, service.degraded.capacity, 0.0)
    share: Hours = np.where(rebuilt | shut, degraded, 1.0)
    return share
