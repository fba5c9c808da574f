"""What a plan is asked, checked and made ready: the map, its doors and the scenarios."""

from dataclasses import dataclass

from cloison.care.needs import dependency_order
from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.model.plan import PlanParameters
from cloison.seal.doors import Doors, find_doors
from cloison.seal.pins import read_pins
from cloison.spread.scenarios import Scenarios, draw
from cloison.spread.suspects import suspect, unknown_suspect
from cloison.words import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question for the planner.

    Attributes:
        hospital: Z zones, C conduits, F flows, S care services.
        parameters: what is asked.
        doors: D doors.
        scenarios: K draws.
    """

    hospital: Hospital
    parameters: PlanParameters
    doors: Doors
    scenarios: Scenarios


def make_ready(hospital: Hospital, parameters: PlanParameters) -> Asked:
    """Refuse what cannot be planned for, then draw the scenarios.

    Raises:
        UnknownIdError: a suspected zone, or a pinned door, is not in the map; the fix names the nearest one.
        BadValueError: a probability outside [0, 1], a zone suspected twice, a weight or a length of time
            below 0, no scenario, a negative seed, an impossible rate, services in a ring, or a door pinned
            both ways or that nothing can shut.
    """
    zones = [zone.id for zone in hospital.zones]
    seen = set()
    for zone, probability in parameters.suspicion:
        if zone not in zones:
            raise unknown_suspect(zone, zones)
        suspect(hospital, [(zone, probability)])
        _require(zone not in seen, "suspicion", say("write each compartment once"))
        seen.add(zone)
    at_least_zero = say("write a finite number, 0 or more")
    for name in ("horizon_hours", "seal_hours", "record_weight", "action_weight", "time_limit_seconds"):
        _require(0.0 <= getattr(parameters, name) < float("inf"), name, at_least_zero)
    for name in ("scenarios", "people"):
        _require(getattr(parameters, name) >= 1, name, say("write 1 or more"))
    _require(parameters.seed >= 0, "seed", say("write 0 or more"))
    dependency_order(hospital)
    return Asked(
        hospital=hospital,
        parameters=parameters,
        doors=find_doors(hospital, read_pins(hospital, parameters.keep_open, parameters.shut)),
        scenarios=draw(hospital, parameters),
    )


def _require(right: bool, name: str, fix: Sentence) -> None:
    if not right:
        raise BadValueError(say("the plan's parameter {name} is impossible", name=name), fix=fix, where=name)
