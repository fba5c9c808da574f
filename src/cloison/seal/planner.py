"""The seal plan: which doors to shut, and the proof that nothing better exists (DESIGN section 7)."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from cloison.care.doors import cut_services, state_of
from cloison.care.needs import Mask, leaves, zone_places
from cloison.model.hospital import Hospital
from cloison.model.plan import Action, Alternative, PlanParameters, SealPlan, ServiceCare, Status
from cloison.seal.alternatives import find_alternatives
from cloison.seal.asked import Asked, make_ready
from cloison.seal.balance import Balance
from cloison.seal.check import TOLERANCE, Levels, losses
from cloison.seal.doors import levels_by_conduit
from cloison.seal.network import Network, shrink
from cloison.seal.outages import Fate, Outages, add_records, flow_terms
from cloison.seal.programme import Programme, add_network, door_columns, zone_terms
from cloison.seal.search import settle, shut_then_reopen
from cloison.seal.solver import solve
from cloison.spread.scenarios import conduit_graph
from cloison.words import Sentence, say

Progress: TypeAlias = Callable[[Sentence, float], None]
"""(what is being done, share of the work done, 0 to 1)."""

ROUNDING = 1e-9
"""Relative: taken off the solver's bound, so that its own rounding never makes a bound too high."""


def plan(hospital: Hospital, parameters: PlanParameters, *, on_progress: Progress | None = None) -> SealPlan:
    """Find the doors to shut, prove it, and weigh what else could be done.

    The same map and parameters give the same plan, unless the time limit cuts the proof short. Of plans that
    cost the same, the one that moves fewer doors wins (the weight of an action), then what `settle` states.

    Args:
        hospital: the map.
        parameters: what is asked; `time_limit_seconds` bounds the solver, not the drawing and checking.
        on_progress: told before each stage.

    Returns:
        The plan; `seconds` is 0.0, for the caller to fill (a planner has no clock). `status` is feasible, with
        the best plan found, its bound and its gap, when the time limit came before the proof.

    Raises:
        UnknownIdError: a suspected zone is not in the map, or a need names nothing.
        BadValueError: a parameter, a rate or a ring of needs is impossible.
    """
    tell = on_progress or _silent
    tell(say("drawing the scenarios"), 0.0)
    asked = make_ready(hospital, parameters)
    balance = Balance(asked)
    programme, network, first = write_programme(asked)
    tell(say("looking for the best doors, and proving it"), 0.1)
    found = solve(
        programme,
        balance.objective,
        lambda levels: programme.complete(network, first, levels),
        parameters.time_limit_seconds,
    )
    if not found.proved:
        doors = shut_then_reopen(programme.doors, balance.objective)
        found.try_doors(doors, balance.objective(doors))
    best = settle(found.door_levels, asked.doors, balance)
    tell(say("weighing what else could be done"), 0.8)
    others = find_alternatives(asked, best, balance)
    tell(say("done"), 1.0)
    return _report(asked, levels_by_conduit(hospital, asked.doors, best), found.bound, others)


def write_programme(asked: Asked) -> tuple[Programme, Network, int]:
    """Write the mixed-integer programme of what is asked, over its scenarios once shrunk.

    Returns:
        The programme, the network in it, and the column of the network's first node.
    """
    hospital, parameters = asked.hospital, asked.parameters
    valuable = _valuable(hospital, parameters)
    network = shrink(conduit_graph(hospital), asked.doors, asked.scenarios, valuable)
    columns = door_columns(asked.doors, network)
    programme = Programme(doors=columns, count=columns.count)
    programme.add_cost(columns.shut, np.full(asked.doors.count, parameters.action_weight))
    first = add_network(programme, network)
    fate = Fate(zone_terms(network, first), network.weights)
    add_records(hospital, parameters, programme, fate)
    Outages(hospital, programme, fate, flow_terms(hospital, asked.doors, programme)).add(hospital, parameters)
    return programme, network, first


def _valuable(hospital: Hospital, parameters: PlanParameters) -> Mask:
    """Tell which zones cost something by themselves: records that weigh, or a need."""
    valuable = np.array([zone.patient_records > 0 for zone in hospital.zones], dtype=np.bool_)
    valuable &= parameters.record_weight > 0.0
    places = zone_places(hospital)
    for service in hospital.care_services:
        for kind, name in leaves(service.needs):
            if kind in {"asset", "zone"}:
                valuable[places[f"{kind}:{name}"]] = True
    return valuable


def _report(asked: Asked, levels: Levels, bound: float, others: tuple[Alternative, ...]) -> SealPlan:
    hospital, parameters = asked.hospital, asked.parameters
    sealed, nothing = (losses(hospital, parameters, each, asked.scenarios) for each in (levels, {}))
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
        alternatives=others,
        seconds=0.0,
    )


def _silent(_stage: Sentence, _share: float) -> None:
    return None
