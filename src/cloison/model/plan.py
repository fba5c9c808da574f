"""The seal plan: which doors move, what care that costs, how sure it is (DESIGN section 7)."""

from enum import StrEnum

from cloison.model.hospital import AssetId, CareServiceId, ConduitId, DoorId, EnforcementPointId, Level, ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence


class Status(StrEnum):
    """Whether the plan is proved best."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


class ServiceState(StrEnum):
    """What a care service is left with, once the plan is carried out."""

    NORMAL = "normal"
    DEGRADED = "degraded"
    STOPPED = "stopped"


@noun
class PlanParameters:
    """What the plan was asked (DESIGN section 7).

    Attributes:
        suspicion: (zone, probability that it is compromised now), sorted by zone.
        horizon_hours: H.
        seal_hours: T.
        scenarios: K.
        record_weight: κ, care-hours per patient record.
        action_weight: α, care-hours per door moved.
        time_limit_seconds: for the whole planning, from the drawing to the checks.
        keep_open: conduits or doors that must stay open.
        shut: conduits or doors that must not stay open.
        people: on call, to act on the doors that a person moves.
    """

    suspicion: tuple[tuple[ZoneId, float], ...]
    horizon_hours: float = 24.0
    seal_hours: float = 12.0
    scenarios: int = 50
    seed: int = 0
    record_weight: float = 0.001
    action_weight: float = 0.01
    time_limit_seconds: float = 30.0
    keep_open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    people: int = 1


@noun
class Action:
    """One conduit to shut."""

    conduit: ConduitId
    level: Level
    enforced_by: EnforcementPointId
    close_minutes: float
    door: DoorId | None = None


@noun
class ServiceCare:
    """One care service under the plan; care-hours are means over the scenarios.

    Attributes:
        state: what the doors alone do to it, whatever the intruder does.
    """

    service: CareServiceId
    lost_if_nothing: float
    lost_if_sealed: float
    state: ServiceState


@noun
class Weighing:
    """What a set of doors is worth, in the objective's own terms.

    Attributes:
        objective: care_hours + κ·records + α·doors_moved.
        care_hours: mean care-hours lost.
        records: mean patient records exposed.
        doors_moved: doors not open.
    """

    objective: float
    care_hours: float
    records: float
    doors_moved: int


@noun
class Answer:
    """A plan on the way to the best one, as it is found.

    Attributes:
        levels: conduits that are not open.
        objective: of these doors.
        lower_bound: no plan can be below it.
        gap: (objective - lower_bound) / max(|objective|, 1e-9).
    """

    levels: tuple[tuple[ConduitId, Level], ...]
    objective: float
    lower_bound: float
    gap: float


@noun
class ServiceOutage:
    """What the doors alone do to one care service while they stay shut.

    Attributes:
        degraded_hours: in degraded mode.
        stopped_hours: after that, until the doors open.
    """

    service: CareServiceId
    degraded_hours: float
    stopped_hours: float


@noun
class Alternative:
    """Another choice on the front "risk left / care lost".

    Attributes:
        name: "robust", "optimal", "nothing", "total-cut", "less-care-lost", "less-risk"...
        sealing_care_hours: care lost to the closed doors alone, were no intruder there.
        fresh_care_hours: mean care-hours lost over fresh scenarios that the plan has not seen.
        fresh_standard_error: of that mean.
        outages: care services that the doors alone put out.
        minutes: to carry it out with the people on call.
        neighbour: name of the choice that gives up a little less care to the doors; None for the first.
        fresh_records: mean patient records exposed over the same fresh scenarios.
        on_front: no other choice gives up no more care to the doors and leaves no more risk over fresh scenarios.
    """

    name: str
    levels: tuple[tuple[ConduitId, Level], ...]
    weighing: Weighing
    sealing_care_hours: float
    fresh_care_hours: float
    fresh_standard_error: float
    outages: tuple[ServiceOutage, ...] = ()
    minutes: float = 0.0
    neighbour: str | None = None
    fresh_records: float = 0.0
    on_front: bool = True


@noun
class Refinement:
    """What choosing the doors again over more scenarios than were asked came to.

    Attributes:
        scenarios: that the last choice was made over.
        seen: objective over these of the doors that last.
        unseen: their objective over scenarios that no choice was made over.
        unseen_standard_error: of that mean.
        agreed: unseen scenarios lose no more than the seen ones promise; False: the time was out first.
    """

    scenarios: int
    seen: float
    unseen: float
    unseen_standard_error: float
    agreed: bool


@noun
class Move:
    """A door that does not stand as in the earlier plan.

    Attributes:
        conduits: that it shuts.
        cost_of_leaving: care-hours lost more, in all, were it left where it was and all else moved.
    """

    conduits: tuple[ConduitId, ...]
    before: Level
    after: Level
    cost_of_leaving: float


@noun
class Comparison:
    """A plan beside an earlier one, both under the suspicion of now.

    Attributes:
        kept: the earlier plan stays: it loses too little to be worth moving doors.
        earlier: objective of the earlier plan.
        best: objective of the best plan found.
        moves: doors that move; none when it is kept.
    """

    kept: bool
    earlier: float
    best: float
    moves: tuple[Move, ...]


@noun
class Look:
    """A zone that is worth looking at before anything else.

    Attributes:
        suspicion: probability that it is compromised.
        care_hours: saved on average by knowing whether it is.
        asset: the system to begin with, where the suspicion came from systems: the likeliest of the unsure ones.
    """

    zone: ZoneId
    suspicion: float
    care_hours: float
    asset: AssetId | None = None


@noun
class SealPlan:
    """The best doors to shut, and the proof.

    Attributes:
        objective: value of the plan over the scenarios, as `seal.check` recomputes it.
        lower_bound: no plan can be below it, over the same scenarios.
        gap: (objective - lower_bound) / max(|objective|, 1e-9).
        without_sealing: the objective with every door open.
        care: every care service, in the map's order.
        seconds: wall time that the planner took, as its caller measured it.
        compared: with an earlier plan, when one was given.
        look_first: what to look at, the most valuable first.
        refinement: over more scenarios; None: there was no time for any.
        few_choices: why there are fewer than three choices on the front, or may be more; None: they are all there.
    """

    status: Status
    objective: float
    lower_bound: float
    gap: float
    without_sealing: float
    parameters: PlanParameters
    actions: tuple[Action, ...]
    care: tuple[ServiceCare, ...]
    sealed: Weighing
    nothing: Weighing
    alternatives: tuple[Alternative, ...]
    seconds: float
    compared: Comparison | None = None
    look_first: tuple[Look, ...] = ()
    refinement: Refinement | None = None
    few_choices: Sentence | None = None
