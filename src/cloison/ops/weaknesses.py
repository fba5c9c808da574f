"""Before any attack: the passages whose closing would save most care, single points, services with no fallback."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cloison.care.doors import cut_services, state_of
from cloison.care.loss import loss
from cloison.model.hospital import (
    OUTSIDE,
    CareServiceId,
    ConduitId,
    Hospital,
    Level,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.model.noun import noun
from cloison.model.plan import ServiceState
from cloison.ops.care_over_time import Failing, Hours, failing, failing_from
from cloison.ops.carried import Carried, carried
from cloison.ops.simulating import Estimate, estimate
from cloison.spread.passage import Runs
from cloison.spread.simulation import Course, Simulation

HORIZON_HOURS = 24.0
"""As long as a plan looks ahead: over days, an intruder whom nobody notices goes everywhere by one way or another."""

RUNS = 4_000
"""In all, shared out evenly among the entries."""

_FEWEST = 20
"""Runs from one entry, however many there are."""

_TRIED = 60
"""Passages weighed, by falling burden: those after them carry too little to head the list."""

LISTED = 10

_MAIL_ROLES = frozenset({"mail-relay", "mail-server"})
_ENTRY_KINDS = OUTSIDE | {ZoneKind.OFFICE}


@noun
class Change:
    """A passage changed for good, and the care-hours that this saves on average over the entries.

    Attributes:
        level: closed, or narrowed to its lifeline flows.
        saved: expected care-hours, per intrusion.
        by_entry: the same for each entry, in the order of `Weaknesses.entries`.
        closable: it has a door today.
    """

    conduit: ConduitId
    level: Level
    saved: Estimate
    by_entry: tuple[Estimate, ...]
    closable: bool


@noun
class SinglePoint:
    """One thing whose loss alone puts several care services out.

    Attributes:
        leaf: "asset:ID", "zone:ID" or "conduit:ID".
        services: those that fail.
        care_per_hour: care-hours that its loss costs in the first hour, degraded modes counted in.
    """

    leaf: str
    services: tuple[CareServiceId, ...]
    care_per_hour: float


@noun
class Weaknesses:
    """What to mend in peacetime.

    Attributes:
        entries: zones where an intrusion is let begin.
        lost: expected care-hours of an intrusion from each, nothing being done for a day.
        changes: passages worth changing, the most saving first.
        single_points: those that cost most an hour first.
        without_fallback: services that stop at once when their systems do.
    """

    entries: tuple[ZoneId, ...]
    lost: tuple[Estimate, ...]
    changes: tuple[Change, ...]
    single_points: tuple[SinglePoint, ...]
    without_fallback: tuple[CareServiceId, ...]


def find_weaknesses(hospital: Hospital, *, runs: int = RUNS, seed: int = 0) -> Weaknesses:
    """Weigh every passage, from every entry, over the same runs.

    Args:
        hospital: the map.
        runs: in all, shared out among the entries.
        seed: 0 or more.

    Raises:
        BadValueError: the map's probabilities, or its needs, are impossible.
    """
    entries = entries_of(hospital)
    each = max(_FEWEST, runs // max(1, len(entries)))
    trials = [_Trial(hospital, zone.id, each, seed) for zone in entries]
    return Weaknesses(
        entries=tuple(trial.entry for trial in trials),
        lost=tuple(estimate(trial.lost) for trial in trials),
        changes=tuple(_best_changes(hospital, trials)) if trials else (),
        single_points=tuple(single_points(hospital)),
        without_fallback=tuple(
            service.id for service in hospital.care_services if state_of(service, out=True) is ServiceState.STOPPED
        ),
    )


def entries_of(hospital: Hospital) -> tuple[Zone, ...]:
    """Give the zones where intrusions begin: outside, offices, and wherever mail is received.

    Source: hospital-sector incident reports name mail, remote access and suppliers (ATT&CK T1566, T1133, T1199).
    """
    mail = {asset.zone for asset in hospital.assets if asset.role in _MAIL_ROLES}
    return tuple(zone for zone in hospital.zones if zone.kind in _ENTRY_KINDS or zone.id in mail)


class _Trial:
    """The runs from one entry, as things are."""

    def __init__(self, hospital: Hospital, entry: ZoneId, runs: int, seed: int) -> None:
        self.entry, self._hospital = entry, hospital
        self._simulation = Simulation(hospital, {entry: 1.0}, HORIZON_HOURS, runs=runs, seed=seed)
        self._worth = np.array([loss(each, each.restore_hours) for each in hospital.care_services], dtype=np.float64)
        course = self._simulation.follow({})
        failing = self._failing(course)
        self.lost = self._losses(failing)
        zones = np.where(np.isfinite(failing.hours), failing.zones, -1)
        self.burden: Carried = carried(hospital, course.through, zones, self._worth)

    def saved(self, levels: Mapping[ConduitId, Level], conduit: int) -> Hours:
        """Give what a change of one conduit saves in each run, (N,).

        Only the runs whose losses passed it are made again: the others would be the same.
        """
        rows: Runs = np.unique(self.burden.runs_through(conduit)).astype(np.int64)
        saved = np.zeros(len(self.lost))
        if len(rows):
            course = self._simulation.follow(levels, runs=rows, at_once=True)
            saved[rows] = self.lost[rows] - self._losses(self._failing(course))
        return saved

    def _failing(self, course: Course) -> Failing:
        uncut = np.zeros(len(self._hospital.flows), dtype=np.bool_)
        return failing_from(self._hospital, course.falls.astype(np.float64), uncut)

    def _losses(self, failing: Failing) -> Hours:
        lost: Hours = np.isfinite(failing.hours) @ self._worth
        return lost


def _best_changes(hospital: Hospital, trials: Sequence[_Trial]) -> Iterator[Change]:
    """Try passages by falling burden; stop once what is left to try cannot beat what was found.

    A change saves at most what its passage carries (see `carried`).
    """
    burden = np.mean([trial.burden.total(len(hospital.conduits)) for trial in trials], axis=0)
    found: list[Change] = []
    for place in np.argsort(-burden, kind="stable")[:_TRIED].tolist():
        if burden[place] <= 0.0 or (len(found) >= LISTED and burden[place] <= found[LISTED - 1].saved.mean):
            break
        level = _harmless(hospital, place)
        if level is None:
            continue
        change = _weighed(hospital, trials, place, level)
        # What two standard errors do not tell from nothing is not worth a firewall rule.
        if change.saved.mean > 2.0 * change.saved.standard_error:
            found = sorted([*found, change], key=lambda each: -each.saved.mean)
    yield from found[:LISTED]


def _weighed(hospital: Hospital, trials: Sequence[_Trial], place: int, level: Level) -> Change:
    conduit = hospital.conduits[place]
    saved = [trial.saved({conduit.id: level}, place) for trial in trials]
    by_entry = [estimate(each) for each in saved]
    # All entries share the draws of each run: the mean over them is taken run by run.
    return Change(
        conduit=conduit.id,
        level=level,
        saved=estimate(np.mean(saved, axis=0)),
        by_entry=tuple(by_entry),
        closable=conduit.enforced_by is not None,
    )


def _harmless(hospital: Hospital, place: int) -> Level | None:
    """Give how far a passage can be shut for good without stopping any care service; None: not at all."""
    conduit = hospital.conduits[place].id
    for level in (Level.CLOSED, Level.LIFELINE):
        if not cut_services(hospital, {conduit: level}).any():
            return level
    return None


def single_points(hospital: Hospital) -> list[SinglePoint]:
    """List what puts two care services or more out by failing alone, the costliest an hour first.

    A system, a compartment (with its systems) or a passage (with its flows) is lost, one at a time.
    """
    losses = dict(_losses(hospital))
    nobody = np.full(len(losses), -1, dtype=np.intp)
    every = {leaf for lost in losses.values() for leaf in lost}
    every |= {f"flow:{flow.id}" for flow in hospital.flows}
    leaves = {
        leaf: Failing(np.array([0.0 if leaf in lost else np.inf for lost in losses.values()]), nobody) for leaf in every
    }
    points = []
    for name, fails in zip(losses, np.isfinite(failing(hospital, leaves, len(losses)).hours), strict=True):
        services = [service for service, out in zip(hospital.care_services, fails, strict=True) if out]
        if len(services) > 1:
            care = sum(loss(service, 1.0) for service in services)
            points.append(SinglePoint(leaf=name, services=tuple(each.id for each in services), care_per_hour=care))
    return sorted(points, key=lambda point: (-point.care_per_hour, point.leaf))


def _losses(hospital: Hospital) -> Iterator[tuple[str, frozenset[str]]]:
    """Give each thing that may be lost, and the leaves that go with it."""
    for zone in hospital.zones:
        inside = (f"asset:{asset.id}" for asset in hospital.assets if asset.zone == zone.id)
        yield f"zone:{zone.id}", frozenset({f"zone:{zone.id}", *inside})
    for asset in hospital.assets:
        yield f"asset:{asset.id}", frozenset({f"asset:{asset.id}"})
    for conduit in hospital.conduits:
        crossing = frozenset(f"flow:{flow.id}" for flow in hospital.flows if conduit.id in flow.via)
        if crossing:
            yield f"conduit:{conduit.id}", crossing
