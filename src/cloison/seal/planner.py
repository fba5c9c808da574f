"""The seal plan: which doors to shut, and the proof that nothing better exists (DESIGN section 7)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple, TypeAlias

from cloison.care.doors import cut_services, state_of
from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.plan import Action, Answer, Comparison, PlanParameters, SealPlan, ServiceCare, Status
from cloison.seal.alternatives import Choices, find_alternatives
from cloison.seal.asked import Asked, make_ready
from cloison.seal.balance import Balance
from cloison.seal.branching import Best, search
from cloison.seal.certificate import Proof, proof_of
from cloison.seal.check import TOLERANCE, Levels, Losses, losses
from cloison.seal.cut import cut_doors
from cloison.seal.deadline import Clock, Deadline, OutOfTime, stopped
from cloison.seal.doors import levels_by_conduit
from cloison.seal.formulation import write_programme
from cloison.seal.relaxation import Relaxation
from cloison.seal.search import Patience, reopen, settle, swap
from cloison.seal.sketch import sketch
from cloison.seal.stability import earlier_doors, is_kept, moves_between
from cloison.seal.wall import free_wall
from cloison.spread.scenarios import Levels as DoorLevels
from cloison.words import Sentence, say

Progress: TypeAlias = Callable[[Sentence, float], None]
"""(what is being done, share of the work done, 0 to 1)."""

Publish: TypeAlias = Callable[[Answer], None]

ROUNDING = 1e-9
"""Relative: taken off the solver's bound, so that its own rounding never makes a bound too high."""

REOPENED, SWAPPED = 30, 300
"""Sets of doors weighed near each answer: hundredths of a second, tenths on a large map."""

_SPARE = 1.5
"""Times as long as doing nothing took to weigh is kept back from the search, to weigh what it finds."""


def plan(
    hospital: Hospital,
    parameters: PlanParameters,
    *,
    clock: Clock = stopped,
    on_progress: Progress | None = None,
    on_answer: Publish | None = None,
) -> SealPlan:
    """Find the doors to shut, prove it, and weigh what else could be done: `plan_with_proof`, its plan alone."""
    return plan_with_proof(hospital, parameters, clock=clock, on_progress=on_progress, on_answer=on_answer).plan


class Planned(NamedTuple):
    """A plan, and what it takes to write its certificate.

    Attributes:
        plan: the answer.
        asked: the question.
        proof: of the lower bound; None: there was no time for any.
    """

    plan: SealPlan
    asked: Asked
    proof: Proof | None


def plan_with_proof(
    hospital: Hospital,
    parameters: PlanParameters,
    *,
    clock: Clock = stopped,
    on_progress: Progress | None = None,
    on_answer: Publish | None = None,
    earlier: Mapping[ConduitId, Level] | None = None,
) -> Planned:
    """Find the doors to shut, prove it, and weigh what else could be done.

    The same map and parameters give the same plan, unless the time limit cuts the proof short. Of plans that
    cost the same, the one that moves fewer doors wins (the weight of an action), then what `settle` states.

    Args:
        hospital: the map.
        parameters: what is asked; `time_limit_seconds` bounds the whole, on the caller's clock.
        clock: the caller's; with the default one, which stands still, only a limit of 0 strikes.
        on_progress: told before each stage.
        on_answer: given each better answer, its bound and its gap, as soon as it is found.
        earlier: the passages that an earlier plan shuts; it is kept while it is good enough (`stability`).

    Returns:
        The plan, its `seconds` 0.0, for the caller to fill. `status` is feasible, with the best plan found, its
        bound and its gap, when the time limit came before the proof.

    Raises:
        UnknownIdError: a suspected zone or a pinned door is not in the map, or a need names nothing.
        BadValueError: a parameter, a rate, a pin or a ring of needs is impossible.
    """
    tell = on_progress or _silent
    deadline = Deadline.after(clock, parameters.time_limit_seconds)
    tell(say("drawing the scenarios"), 0.0)
    asked = make_ready(hospital, parameters)
    balance = Balance(asked)
    tell(say("looking for the best doors, and proving it"), 0.1)
    began = deadline.left()
    nothing = losses(hospital, parameters, {}, asked.scenarios)
    usual = began - deadline.left()
    # Kept back from all that follows, for weighing its answer as nothing was.
    deadline = deadline.sooner(_SPARE * usual)
    best, proof = _look(asked, balance, deadline, usual, on_answer)
    levels = settle(best.door_levels, asked.doors, balance, deadline)
    compared = None
    if earlier is not None:
        levels, compared = _compared(asked, balance, levels, earlier)
    tell(say("weighing what else could be done"), 0.8)
    choices = find_alternatives(asked, levels, deadline, usual)
    tell(say("done"), 1.0)
    report = _report(asked, levels_by_conduit(hospital, asked.doors, levels), best.bound, nothing, choices)
    return Planned(replace(report, compared=compared), asked, proof)


def _compared(
    asked: Asked, balance: Balance, levels: DoorLevels, earlier: Mapping[ConduitId, Level]
) -> tuple[DoorLevels, Comparison]:
    """Choose between the best doors and earlier ones, and say what moves."""
    doors, objective = asked.doors, balance.objective
    before = earlier_doors(asked.hospital, doors, earlier)
    was, best = objective(before), objective(levels)
    kept = is_kept(was, best)
    moves = () if kept else moves_between(asked.hospital, doors, before, levels, objective)
    return before if kept else levels, Comparison(kept=kept, earlier=was, best=best, moves=moves)


def _look(
    asked: Asked, balance: Balance, deadline: Deadline, usual: float, on_answer: Publish | None
) -> tuple[Best, Proof | None]:
    """Find the best doors: nothing, minimum cuts, what the free wall leaves to choose, then the search that proves."""
    doors, objective = asked.doors, balance.objective
    best = Best(doors.least, objective(doors.least), 0.0)
    if on_answer:
        best.on_better = _published(asked, on_answer)
        best.on_better(best)
    if deadline.passed():
        return best, None
    wall = free_wall(asked)
    _try(best, balance, chain((wall,), cut_doors(asked, balance, wall, deadline)))
    # As long as one weighing is kept for closing what the search left open.
    searching = deadline.sooner(usual)
    try:
        first = sketch(asked, balance, wall, searching)
        _try(best, balance, first.choices)
        best.raise_bound(min(first.bound, best.objective))
        programme, network, _ = write_programme(asked, searching)
    except OutOfTime:
        _try(best, balance, cut_doors(asked, balance, doors.least, deadline))
        near = reopen(best.door_levels, objective, doors.least, Patience(REOPENED, deadline))
        best.try_doors(near, objective(near))
        return best, None

    def improve(levels: DoorLevels) -> DoorLevels:
        return swap(levels, programme.doors, objective, Patience(SWAPPED, searching))

    search(best, Relaxation(programme, searching), programme.doors, objective, improve)
    if not best.proved:
        _try(best, balance, cut_doors(asked, balance, best.door_levels, deadline))
    return best, proof_of(best, programme, network)


def _try(best: Best, balance: Balance, choices: Iterable[DoorLevels]) -> None:
    """Try sets of doors, each without its idle ones."""
    for levels in choices:
        working = balance.without_idle(levels)
        best.try_doors(working, balance.objective(working))


def _published(asked: Asked, on_answer: Publish) -> Callable[[Best], None]:
    def tell(best: Best) -> None:
        bound = best.bound * (1.0 - ROUNDING)
        on_answer(
            Answer(
                levels=tuple(levels_by_conduit(asked.hospital, asked.doors, best.door_levels).items()),
                objective=best.objective,
                lower_bound=bound,
                gap=(best.objective - bound) / max(abs(best.objective), 1e-9),
            )
        )

    return tell


def _report(asked: Asked, levels: Levels, bound: float, nothing: Losses, choices: Choices) -> SealPlan:
    hospital, parameters = asked.hospital, asked.parameters
    sealed = losses(hospital, parameters, levels, asked.scenarios) if levels else nothing
    objective = sealed.weighing.objective
    margin = max(1.0, abs(objective))
    bound = min(bound * (1.0 - ROUNDING), objective)
    return SealPlan(
        status=Status.OPTIMAL if objective - bound <= TOLERANCE * margin else Status.FEASIBLE,
        objective=objective,
        lower_bound=bound,
        gap=(objective - bound) / max(abs(objective), 1e-9),
        without_sealing=nothing.weighing.objective,
        parameters=parameters,
        actions=tuple(
            Action(
                conduit=conduit.id,
                level=levels[conduit.id],
                enforced_by=conduit.enforced_by,
                close_minutes=conduit.close_minutes,
                door=conduit.door,
            )
            for conduit in hospital.conduits
            if conduit.id in levels and conduit.enforced_by is not None
        ),
        care=tuple(
            ServiceCare(
                service=service.id,
                lost_if_nothing=nothing.by_service[service.id],
                lost_if_sealed=sealed.by_service[service.id],
                state=state_of(service, out=bool(out)),
            )
            for service, out in zip(hospital.care_services, cut_services(hospital, levels), strict=True)
        ),
        sealed=sealed.weighing,
        nothing=nothing.weighing,
        alternatives=choices.listed,
        seconds=0.0,
        refinement=choices.refinement,
        few_choices=choices.few,
    )


def _silent(_stage: Sentence, _share: float) -> None:
    return None
