"""What happens next, with and without doors: who is reached and when, the care kept, the passages that matter."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter, ValidationError

from cloison.care.loss import loss
from cloison.errors import BadValueError, MissingFileError, UnknownIdError
from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.model.noun import noun
from cloison.model.plan import PlanParameters, SealPlan
from cloison.ops.care_over_time import Capacity, capacity, failing_from
from cloison.ops.carried import carried
from cloison.seal.check import care_lost
from cloison.spread.assets import asset_falls
from cloison.spread.outlook import Outlook, outlook
from cloison.spread.ransomware import dark_from, impacts
from cloison.spread.simulation import Course as Followed
from cloison.spread.simulation import Simulation
from cloison.words import say, verbatim

Levels: TypeAlias = Mapping[ConduitId, Level]

NOTHING, PLAN, TOTAL_CUT = "nothing", "optimal", "total-cut"
"""Policies, called as the plan's alternatives are."""

PASSAGES = 10
"""Passages listed for each policy."""


@noun
class Estimate:
    """A mean over the runs, and its standard error."""

    mean: float
    standard_error: float


@noun
class Passage:
    """One conduit, and the care-hours lost beyond it, by the way that the intruder took."""

    conduit: ConduitId
    care_hours: Estimate


@noun
class Course:
    """What becomes of the hospital under one policy.

    Attributes:
        name: `NOTHING`, `PLAN` or `TOTAL_CUT`.
        doors_moved: conduits that are not open.
        zones: each zone, in the map's order.
        services: each care service: reached when the intruder holds what it needs.
        assets: each system, in the map's order; none when they were not asked for.
        care_hours: lost in all, doors' part included.
        records: patient records exposed.
        capacity: care kept over time.
        passages: those that carry most of the loss, the heaviest first.
    """

    name: str
    doors_moved: int
    zones: tuple[Outlook, ...]
    services: tuple[Outlook, ...]
    care_hours: Estimate
    records: Estimate
    capacity: Capacity
    passages: tuple[Passage, ...]
    assets: tuple[Outlook, ...] = ()


@noun
class Forecast:
    """All policies, over the same runs.

    Attributes:
        parameters: suspicion, horizon, time shut and seed.
        dwell_hours: median wait until the ransomware is set off.
    """

    parameters: PlanParameters
    runs: int
    dwell_hours: float
    courses: tuple[Course, ...]


@noun
class Choice:
    """One set of doors on the front "risk left / care lost", as a plan weighed it; see `Alternative`."""

    name: str
    sealing_care_hours: float
    fresh_care_hours: float
    fresh_standard_error: float


@noun
class GivenPlan:
    """A plan, as far as a simulation needs it."""

    parameters: PlanParameters
    levels: Levels
    choices: tuple[Choice, ...]


_Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
_Amount: TypeAlias = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    suspicion: dict[ZoneId, _Share]
    horizon_hours: _Amount
    seal_hours: _Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    conduit: ConduitId
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    name: str
    sealing_care_hours: _Amount
    fresh_care_hours: _Amount
    fresh_standard_error: _Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What is read of a plan's JSON; the rest is passed over."""

    parameters: _Asked
    actions: list[_Action]
    alternatives: list[_Weighed]


def simulate(
    hospital: Hospital,
    parameters: PlanParameters,
    policies: Sequence[tuple[str, Levels]],
    *,
    runs: int,
    dwell: float,
    suspects: Sequence[tuple[str, float]] | None = None,
) -> Forecast:
    """Follow the intruder under each policy; all meet the same runs, so that their difference shows.

    Args:
        hospital: the map.
        parameters: suspicion, horizon, time shut, seed.
        policies: (name, conduits that are not open).
        runs: 2 or more.
        dwell: median hours until the ransomware is set off.
        suspects: assets and zones that the suspicion was made of: each system is followed too; None: none is.

    Raises:
        BadValueError: the map's probabilities, or its needs, are impossible.
    """
    simulation = Simulation(
        hospital, dict(parameters.suspicion), parameters.horizon_hours, runs=runs, seed=parameters.seed
    )
    impact = impacts(runs, median_hours=dwell, seed=parameters.seed)
    return Forecast(
        parameters=parameters,
        runs=runs,
        dwell_hours=dwell,
        courses=tuple(
            _course(hospital, parameters, simulation, impact, policy, suspects=suspects) for policy in policies
        ),
    )


def total_cut(hospital: Hospital) -> Levels:
    """Shut every door there is."""
    return {conduit.id: Level.CLOSED for conduit in hospital.conduits if conduit.enforced_by is not None}


def given_by(plan: SealPlan) -> GivenPlan:
    """Take what a simulation needs of a plan just made."""
    return GivenPlan(
        parameters=plan.parameters,
        levels={action.conduit: action.level for action in plan.actions},
        choices=tuple(
            Choice(
                name=each.name,
                sealing_care_hours=each.sealing_care_hours,
                fresh_care_hours=each.fresh_care_hours,
                fresh_standard_error=each.fresh_standard_error,
            )
            for each in plan.alternatives
        ),
    )


def read_plan(path: Path, hospital: Hospital) -> GivenPlan:
    """Read what `cloison plan --format json` printed.

    Raises:
        MissingFileError: the file is not there, or may not be read.
        BadValueError: it is no plan.
        UnknownIdError: it speaks of another map.
    """
    try:
        written = TypeAdapter(_Written).validate_json(path.read_bytes())
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    except ValidationError as error:
        raise BadValueError(
            say("this is no plan"), fix=say("give what `cloison plan --format json` printed"), where=str(path)
        ) from error
    levels = {action.conduit: action.level for action in written.actions}
    known = {*(conduit.id for conduit in hospital.conduits), *(zone.id for zone in hospital.zones)}
    for name in (*levels, *written.parameters.suspicion):
        if name not in known:
            raise UnknownIdError(
                say("the plan speaks of {name}, which is not in the map", name=name),
                fix=say("give the map that the plan was made for, or plan again"),
                where=str(path),
            )
    asked = written.parameters
    return GivenPlan(
        parameters=PlanParameters(
            suspicion=tuple(sorted(asked.suspicion.items())),
            horizon_hours=asked.horizon_hours,
            seal_hours=asked.seal_hours,
        ),
        levels=levels,
        choices=tuple(Choice(**asdict(each)) for each in written.alternatives),
    )


def _course(
    hospital: Hospital,
    parameters: PlanParameters,
    simulation: Simulation,
    impact: NDArray[np.float64],
    policy: tuple[str, Levels],
    *,
    suspects: Sequence[tuple[str, float]] | None,
) -> Course:
    name, levels = policy
    followed = simulation.follow(levels)
    falls = followed.falls.astype(np.float64)
    fallen = np.isfinite(falls)
    failing = failing_from(hospital, falls, np.zeros(len(hospital.flows), dtype=np.bool_))
    lost, _ = care_lost(hospital, parameters, levels, fallen)
    worth = np.array([loss(service, service.restore_hours) for service in hospital.care_services], dtype=np.float64)
    burden = carried(hospital, followed.through, np.where(np.isfinite(failing.hours), failing.zones, -1), worth)
    total = burden.total(len(hospital.conduits))
    heaviest = [place for place in np.argsort(-total, kind="stable")[:PASSAGES].tolist() if total[place] > 0.0]
    return Course(
        name=name,
        doors_moved=len(levels),
        zones=outlook([zone.id for zone in hospital.zones], falls),
        services=outlook([service.id for service in hospital.care_services], failing.hours),
        care_hours=estimate(lost),
        records=estimate(fallen @ np.array([zone.patient_records for zone in hospital.zones], dtype=np.float64)),
        capacity=capacity(
            hospital,
            dark_from(falls, impact, parameters.horizon_hours),
            levels,
            seal_hours=parameters.seal_hours,
            horizon_hours=parameters.horizon_hours,
        ),
        passages=tuple(
            Passage(
                conduit=hospital.conduits[place].id,
                care_hours=Estimate(mean=float(total[place]), standard_error=burden.standard_error(place)),
            )
            for place in heaviest
        ),
        assets=_assets(hospital, parameters, followed, suspects) if suspects is not None else (),
    )


def assets_reached(
    hospital: Hospital, parameters: PlanParameters, levels: Levels, suspects: Sequence[tuple[str, float]], *, runs: int
) -> tuple[Outlook, ...]:
    """Tell how likely each system is to be reached under one set of doors, and when: for the background of a decision.

    Args:
        hospital: the map.
        parameters: suspicion, horizon, seed.
        levels: conduits that are not open.
        suspects: assets and zones that the suspicion was made of.
        runs: 2 or more.

    Returns:
        One a system, in the map's order.
    """
    simulation = Simulation(
        hospital, dict(parameters.suspicion), parameters.horizon_hours, runs=runs, seed=parameters.seed
    )
    return _assets(hospital, parameters, simulation.follow(levels), suspects)


def _assets(
    hospital: Hospital, parameters: PlanParameters, followed: Followed, suspects: Sequence[tuple[str, float]]
) -> tuple[Outlook, ...]:
    falls = asset_falls(hospital, followed, suspects, parameters.horizon_hours, seed=parameters.seed)
    return outlook([asset.id for asset in hospital.assets], falls)


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Sum up one figure a run."""
    return Estimate(mean=float(values.mean()), standard_error=float(values.std(ddof=1) / np.sqrt(len(values))))
