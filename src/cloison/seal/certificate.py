"""A plan written down with all that is needed to check it: no map, no solver, no trust.

The document holds the map as far as it matters, every scenario that was drawn, the doors, the figures, and the
proof of the lower bound: boxes of doors that cover every choice, each with the rows that bound it and what each
row weighs. What `cloison.seal.audit` makes of it is written there; the two share nothing but this form.
"""

from collections.abc import Iterator
from hashlib import sha256
from json import dumps
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from cloison.model.hospital import AllOf, Hospital, Needs, ZoneId
from cloison.model.plan import PlanParameters, SealPlan
from cloison.seal.asked import Asked
from cloison.seal.branching import Best, Leaf
from cloison.seal.exact import FORMAT, KIND
from cloison.seal.network import NO_NODE, Network
from cloison.seal.programme import NEVER, Programme
from cloison.spread.scenarios import Mask, Scenarios, draw
from cloison.words import Sentence, say

Document: TypeAlias = dict[str, Any]

_DECIMALS = 12
"""Weights are written rounded: any weight that is not negative proves a true bound, if a slightly lower one."""


class Proof(NamedTuple):
    """What the search proved, and in which terms.

    Attributes:
        leaves: boxes that cover every choice of doors.
        programme: that was searched; its nodes are numbered from the first column after the doors.
        network: in the programme.
    """

    leaves: list[Leaf]
    programme: Programme
    network: Network


def proof_of(best: Best, programme: Programme, network: Network) -> Proof | None:
    """Give the whole proof where there is one, else that of the first bound."""
    leaves = best.leaves or ([best.root] if best.root else [])
    return Proof(leaves, programme, network) if leaves else None


def write_certificate(asked: Asked, plan: SealPlan, proof: Proof | None) -> Document:
    """Write a plan and its proof as one JSON object.

    Args:
        asked: the question.
        plan: the answer.
        proof: of the lower bound; None: there was no time for any.

    Returns:
        The document; `audit.audit` reads it back. When the search did not go to its end, or the proof is too
        long to be written down, `leaves` holds the first bound alone, or nothing but that all costs are 0 or more.
    """
    written = instance(asked.hospital)
    return {
        "kind": KIND,
        "format": FORMAT,
        "digest": digest(written),
        "map": written,
        "parameters": _parameters(plan.parameters),
        "scenarios": _drawn(asked.scenarios),
        "levels": {action.conduit: action.level.value for action in plan.actions},
        "claims": {
            "status": plan.status.value,
            "objective": plan.objective,
            "lower_bound": plan.lower_bound,
            "without_sealing": plan.without_sealing,
        },
        "proof": _proof(asked, proof) if proof else _without_proof(asked.parameters.scenarios),
    }


def instance(hospital: Hospital) -> Document:
    """Write what a plan depends on: no name, no address, no person."""
    return {
        "zones": [{"id": zone.id, "patient_records": zone.patient_records} for zone in hospital.zones],
        "assets": {asset.id: asset.zone for asset in hospital.assets},
        "conduits": [
            {
                "id": conduit.id,
                "from": conduit.from_,
                "to": conduit.to,
                "closable": conduit.enforced_by is not None,
                "door": conduit.door,
            }
            for conduit in hospital.conduits
        ],
        "flows": [{"id": flow.id, "via": list(flow.via), "lifeline": flow.lifeline} for flow in hospital.flows],
        "care_services": [
            {
                "id": service.id,
                "care_per_hour": service.care_per_hour,
                "capacity": service.degraded.capacity,
                "hours": service.degraded.hours,
                "restore_hours": service.restore_hours,
                "needs": None if service.needs is None else _needs(service.needs),
            }
            for service in hospital.care_services
        ],
    }


def digest(written: Document) -> str:
    """Give the SHA-256 of a map as `instance` writes it."""
    return sha256(dumps(written, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def strangers(document: Document, hospital: Hospital) -> tuple[Sentence, ...]:
    """Compare a certificate with a map, and with the draws that its seed gives on that map.

    Args:
        document: as it was written, its numbers as JSON gives them.
        hospital: the map.

    Returns:
        What is not the map's; empty when all is.
    """
    if document["map"] != instance(hospital):
        return (say("the certificate is of another map"),)
    asked = document["parameters"]
    parameters = PlanParameters(
        suspicion=tuple(sorted((ZoneId(zone), float(share)) for zone, share in asked["suspicion"].items())),
        horizon_hours=asked["horizon_hours"],
        scenarios=asked["scenarios"],
        seed=asked["seed"],
    )
    if document["scenarios"] != _drawn(draw(hospital, parameters)):
        return (say("the scenarios are not those that the seed draws on this map"),)
    return ()


def _needs(needs: Needs) -> str | Document:
    if isinstance(needs, str):
        return needs
    return {"all" if isinstance(needs, AllOf) else "any": [_needs(branch) for branch in needs.of]}


def _parameters(parameters: PlanParameters) -> Document:
    return {
        "suspicion": dict(parameters.suspicion),
        "horizon_hours": parameters.horizon_hours,
        "seal_hours": parameters.seal_hours,
        "scenarios": parameters.scenarios,
        "seed": parameters.seed,
        "record_weight": parameters.record_weight,
        "action_weight": parameters.action_weight,
        "keep_open": list(parameters.keep_open),
        "shut": list(parameters.shut),
    }


def _drawn(scenarios: Scenarios) -> Document:
    """Write the draws, one line of hexadecimal digits to a scenario, first zone or conduit in the first bit."""
    levels = ("open", "lifeline", "closed")
    carries = {level: _bits(scenarios.carries[:, :, place]) for place, level in enumerate(levels)}
    return {"starts": _bits(scenarios.starts), "carries": carries}


def _bits(mask: Mask) -> list[str]:
    return [np.packbits(line).tobytes().hex() for line in mask]


def _without_proof(scenarios: int) -> Document:
    alike = [[scenario] for scenario in range(scenarios)]
    return {"alike": alike, "columns": [], "rows": [], "leaves": [{"box": {}, "weights": []}]}


def _proof(asked: Asked, proof: Proof) -> Document:
    programme, network, leaves = proof.programme, proof.network, proof.leaves
    names: dict[int, list[Any]] = {}
    for stands_at, name in _names(asked, programme, network):
        names.setdefault(stands_at, name)
    row, column, coefficient, lower = programme.rows()
    starts = np.searchsorted(row, np.arange(len(lower) + 1))
    used = sorted({place for leaf in leaves for place in leaf.why.rows.tolist()})
    numbered = {place: number for number, place in enumerate(used)}
    columns = sorted({each for place in used for each in column[starts[place] : starts[place + 1]].tolist()})
    columns = sorted({*columns, *(each for leaf in leaves for each in leaf.box)})
    place_of = {each: number for number, each in enumerate(columns)}
    members: list[list[int]] = [[] for _ in network.weights]
    for scenario, which in enumerate(network.of_scenario.tolist()):
        members[which].append(scenario)
    return {
        "alike": members,
        "columns": [names[each] for each in columns],
        "rows": [
            {
                "plus": [place_of[each] for each in _entries(column, coefficient, starts, place, 1.0)],
                "minus": [place_of[each] for each in _entries(column, coefficient, starts, place, -1.0)],
            }
            for place in used
        ],
        "leaves": [
            {
                "box": {str(place_of[each]): side for each, side in leaf.box.items()},
                "weights": [
                    [numbered[place], round(weight, _DECIMALS)]
                    for place, weight in zip(leaf.why.rows.tolist(), leaf.why.weights.tolist(), strict=True)
                ],
            }
            for leaf in leaves
        ],
    }


def _entries(column: Any, coefficient: Any, starts: Any, place: int, sign: float) -> list[int]:  # noqa: ANN401
    part = slice(starts[place], starts[place + 1])
    chosen: list[int] = column[part][coefficient[part] == sign].tolist()
    return chosen


def _names(asked: Asked, programme: Programme, network: Network) -> Iterator[tuple[int, list[Any]]]:
    """Say what each column stands for, the plainest first.

    A column may be said twice. The programme leaves out doors that serve nothing, so that two needs equal in it may
    differ on the map; those that come first are part of those that come later.
    """
    zones = [zone.id for zone in asked.hospital.zones]
    drawn, zone = np.nonzero(network.node != NO_NODE)
    first = programme.doors.count
    for scenario, place, node in zip(drawn.tolist(), zone.tolist(), network.node[drawn, zone].tolist(), strict=True):
        yield first + node, ["zone", zones[place], scenario]
    one_of: dict[int, str] = {}
    for conduit, door in zip(asked.hospital.conduits, asked.doors.of_conduit.tolist(), strict=True):
        one_of.setdefault(door, conduit.id)
    for door in range(asked.doors.count):
        shut, closed = int(programme.doors.shut[door]), int(programme.doors.closed[door])
        # One column for both levels: where no lifeline flow crosses they are one, elsewhere closing alone serves.
        if shut != NEVER and not (shut == closed and asked.doors.lifeline[door]):
            yield shut, ["shut", one_of[door]]
        if closed != NEVER and (shut != closed or asked.doors.lifeline[door]):
            yield closed, ["closed", one_of[door]]
    for which, label, place in _terms(programme, len(network.weights)):
        yield place, [*label, which]


def _terms(programme: Programme, scenarios: int) -> Iterator[tuple[int | None, tuple[str, ...], int]]:
    for label, term in programme.names:
        same = len(term) < scenarios
        for which, place in enumerate(term.tolist()):
            if place >= 0:
                yield (None if same else which), label, place
