"""Judge a plan without the solver: play every scenario out, door by door, and add up what is lost.

Nothing here is shared with the building of the programme: only the nouns, the scenarios and the judges of care.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from cloison.care.doors import cut_flows, cut_services, state_of
from cloison.care.loss import price
from cloison.care.needs import Mask, Reliance
from cloison.model.hospital import CareServiceId, Conduit, ConduitId, Hospital, Level
from cloison.model.plan import Action, PlanParameters, SealPlan, ServiceCare, Status, Weighing
from cloison.spread.rates import LEVELS
from cloison.spread.scenarios import Scenarios, draw
from cloison.words import Sentence, say

TOLERANCE = 1e-6
"""Relative to the larger of 1 and the value, for every figure that is compared."""

Levels = Mapping[ConduitId, Level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that is wrong with a plan.

    Attributes:
        where: the conduit, the service or the figure.
        reason: what is wrong.
    """

    where: str
    reason: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What a set of doors loses over the scenarios.

    Attributes:
        weighing: in the objective's terms.
        by_service: mean care-hours lost, for each care service.
        sealing_care_hours: care lost to the doors alone, were no intruder there.
    """

    weighing: Weighing
    by_service: Mapping[CareServiceId, float]
    sealing_care_hours: float


def weigh(hospital: Hospital, parameters: PlanParameters, levels: Levels) -> Weighing:
    """Weigh a set of doors over the scenarios of a plan.

    Args:
        hospital: the map.
        parameters: what the plan was asked; it fixes the scenarios.
        levels: conduits that are not open.

    Returns:
        The objective of DESIGN section 7, and its parts.
    """
    return losses(hospital, parameters, levels, draw(hospital, parameters)).weighing


def losses(hospital: Hospital, parameters: PlanParameters, levels: Levels, scenarios: Scenarios) -> Losses:
    """Weigh a set of doors over given scenarios, service by service."""
    return tally(hospital, parameters, levels, _compromised(hospital, levels, scenarios))


def tally(hospital: Hospital, parameters: PlanParameters, levels: Levels, compromised: Mask) -> Losses:
    """Add up what is lost once it is known who is compromised.

    Args:
        hospital: the map.
        parameters: prices and weights.
        levels: conduits that are not open.
        compromised: (K, Z).
    """
    by_run, by_service = care_lost(hospital, parameters, levels, compromised)
    care_hours = float(by_run.mean())
    records = float(
        np.mean(compromised @ np.array([zone.patient_records for zone in hospital.zones], dtype=np.float64))
    )
    moved = doors_moved(hospital, levels)
    outage = [price(service, parameters.seal_hours).outage for service in hospital.care_services]
    return Losses(
        weighing=Weighing(
            objective=care_hours + parameters.record_weight * records + parameters.action_weight * moved,
            care_hours=care_hours,
            records=records,
            doors_moved=moved,
        ),
        by_service=by_service,
        sealing_care_hours=float(np.dot(cut_services(hospital, levels), outage)),
    )


def care_lost(
    hospital: Hospital, parameters: PlanParameters, levels: Levels, compromised: Mask
) -> tuple[NDArray[np.float64], Mapping[CareServiceId, float]]:
    """Count the care-hours lost in each run, (K,), and each service's mean over the runs."""
    reliance = Reliance(hospital)
    rebuilt = reliance.failing(compromised, np.zeros(len(hospital.flows), dtype=np.bool_))
    out = reliance.failing(compromised, cut_flows(hospital, levels))
    prices = [price(service, parameters.seal_hours) for service in hospital.care_services]
    harm = out * np.array([each.outage for each in prices]) + rebuilt * np.array([each.rebuild for each in prices])
    means = harm.mean(axis=0).tolist()
    return harm.sum(axis=1), {service.id: mean for service, mean in zip(hospital.care_services, means, strict=True)}


def doors_moved(hospital: Hospital, levels: Levels) -> int:
    """Count the doors that are not open; conduits that share a door count once."""
    return len(
        {_door(conduit) for conduit in hospital.conduits if levels.get(conduit.id, Level.OPEN) is not Level.OPEN}
    )


def check(hospital: Hospital, plan: SealPlan) -> tuple[Complaint, ...]:
    """Judge a plan: its levels are legal, its figures are those of its doors, its proof holds together.

    Returns:
        What is wrong, in no order of gravity; empty when nothing is.
    """
    levels = {action.conduit: action.level for action in plan.actions}
    found = [*_illegal(hospital, plan), *_illegal_levels(hospital, levels), *_disobedient(hospital, plan, levels)]
    for other in plan.alternatives:
        found += _illegal_levels(hospital, dict(other.levels), where=other.name)
    if found:
        return tuple(found)
    scenarios = draw(hospital, plan.parameters)
    sealed = losses(hospital, plan.parameters, levels, scenarios)
    nothing = losses(hospital, plan.parameters, {}, scenarios)
    found += _different("objective", plan.objective, sealed.weighing.objective)
    found += _different("without_sealing", plan.without_sealing, nothing.weighing.objective)
    found += _differing_weighing("sealed", plan.sealed, sealed.weighing)
    found += _differing_weighing("nothing", plan.nothing, nothing.weighing)
    out = dict(zip(nothing.by_service, cut_services(hospital, levels), strict=True))
    right_care = tuple(
        ServiceCare(
            service=service.id,
            lost_if_nothing=nothing.by_service[service.id],
            lost_if_sealed=sealed.by_service[service.id],
            state=state_of(service, out=bool(out[service.id])),
        )
        for service in hospital.care_services
    )
    found += _differing_care(plan.care, right_care)
    for other in plan.alternatives:
        right = losses(hospital, plan.parameters, dict(other.levels), scenarios)
        found += _differing_weighing(other.name, other.weighing, right.weighing)
        found += _different(f"{other.name}.sealing_care_hours", other.sealing_care_hours, right.sealing_care_hours)
    return (*found, *_unproved(plan))


def _compromised(hospital: Hospital, levels: Levels, scenarios: Scenarios) -> Mask:
    """Walk every scenario from its starts, breadth first."""
    column = {level: place for place, level in enumerate(LEVELS)}
    at = [column[levels.get(conduit.id, Level.OPEN)] for conduit in hospital.conduits]
    carrying = scenarios.carries[:, range(len(at)), at]
    place = {zone.id: number for number, zone in enumerate(hospital.zones)}
    ends = np.array([(place[each.from_], place[each.to]) for each in hospital.conduits], dtype=np.intp).reshape(-1, 2)
    compromised, first = scenarios.starts.copy(), len(place)
    for scenario, reached in enumerate(compromised):
        # One more place, from which every start is one step away.
        starts = np.flatnonzero(reached)
        tail = np.concatenate([ends[carrying[scenario], 0], np.full(len(starts), first)])
        head = np.concatenate([ends[carrying[scenario], 1], starts])
        onward = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(first + 1, first + 1))
        walked = breadth_first_order(onward, first, return_predecessors=False)
        reached[walked[walked != first]] = True
    return compromised


def _illegal(hospital: Hospital, plan: SealPlan) -> list[Complaint]:
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    order = [action.conduit for action in plan.actions]
    found = [
        Complaint(where=action.conduit, reason=say("the action does not say how the map shuts this passage"))
        for action in plan.actions
        if action.conduit in conduits and not _as_mapped(action, conduits[action.conduit])
    ]
    if order != [conduit.id for conduit in hospital.conduits if conduit.id in set(order)]:
        found.append(Complaint(where="actions", reason=say("the actions do not follow the map's order, once each")))
    return found


def _as_mapped(action: Action, conduit: Conduit) -> bool:
    return (
        action.level is not Level.OPEN
        and (action.enforced_by, action.door) == (conduit.enforced_by, conduit.door)
        and action.close_minutes == conduit.close_minutes
    )


def _illegal_levels(hospital: Hospital, levels: Levels, where: str = "actions") -> list[Complaint]:
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    found = []
    for name in levels:
        if name not in conduits:
            found.append(Complaint(where=name, reason=say("{where}: the map has no such passage", where=where)))
        elif conduits[name].enforced_by is None:
            found.append(Complaint(where=name, reason=say("{where}: nothing can shut this passage", where=where)))
    together: dict[tuple[str, str], set[Level]] = defaultdict(set)
    for conduit in hospital.conduits:
        if conduit.enforced_by is not None:
            together[_door(conduit)].add(levels.get(conduit.id, Level.OPEN))
    found += [
        Complaint(where=door, reason=say("{where}: passages of one door stand at different levels", where=where))
        for (_, door), seen in together.items()
        if len(seen) > 1
    ]
    return found


def _disobedient(hospital: Hospital, plan: SealPlan, levels: Levels) -> list[Complaint]:
    """Complain of the doors that do not stand as a person wanted them."""
    found = []
    for conduit in hospital.conduits:
        names, moved = {conduit.id, conduit.door or conduit.id}, conduit.id in levels
        wanted = plan.parameters.keep_open if moved else plan.parameters.shut
        if conduit.enforced_by is not None and names & set(wanted):
            found.append(Complaint(where=conduit.id, reason=say("the door does not stand as it was told to")))
    return found


def _door(conduit: Conduit) -> tuple[str, str]:
    return ("conduit", conduit.id) if conduit.door is None else ("door", conduit.door)


def _unproved(plan: SealPlan) -> list[Complaint]:
    margin = TOLERANCE * max(1.0, abs(plan.objective))
    found = _different("gap", plan.gap, (plan.objective - plan.lower_bound) / max(abs(plan.objective), 1e-9))
    if plan.lower_bound > plan.objective + margin:
        found.append(Complaint(where="lower_bound", reason=say("the bound is above the objective")))
    if plan.status is Status.OPTIMAL and plan.objective - plan.lower_bound > margin:
        found.append(Complaint(where="status", reason=say("called best, but the bound does not prove it")))
    # An earlier plan that is kept may lose a little more than nothing would: see `stability`.
    kept = plan.compared is not None and plan.compared.kept
    if not plan.parameters.shut and not kept and plan.objective > plan.without_sealing + margin:
        found.append(Complaint(where="objective", reason=say("doing nothing would be better")))
    return found


def _differing_weighing(where: str, told: Weighing, right: Weighing) -> list[Complaint]:
    return [
        *_different(f"{where}.objective", told.objective, right.objective),
        *_different(f"{where}.care_hours", told.care_hours, right.care_hours),
        *_different(f"{where}.records", told.records, right.records),
        *_different(f"{where}.doors_moved", told.doors_moved, right.doors_moved),
    ]


def _differing_care(told: tuple[ServiceCare, ...], right: tuple[ServiceCare, ...]) -> list[Complaint]:
    if [each.service for each in told] != [each.service for each in right]:
        return [Complaint(where="care", reason=say("the care services are not those of the map, in its order"))]
    found = []
    for one, other in zip(told, right, strict=True):
        found += _different(f"{one.service}.lost_if_nothing", one.lost_if_nothing, other.lost_if_nothing)
        found += _different(f"{one.service}.lost_if_sealed", one.lost_if_sealed, other.lost_if_sealed)
        if one.state is not other.state:
            reason = say("told {told}, found {found}", told=one.state.value, found=other.state.value)
            found.append(Complaint(where=f"{one.service}.state", reason=reason))
    return found


def _different(where: str, told: float, found: float) -> list[Complaint]:
    if abs(told - found) <= TOLERANCE * max(1.0, abs(found)):
        return []
    return [Complaint(where=where, reason=say("told {told}, found {found}", told=told, found=found))]
