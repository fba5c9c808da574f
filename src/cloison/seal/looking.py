"""Which observation would change the plan most: where to look first (value of information)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cloison.model.hospital import AssetId, ConduitId, Hospital, Level, ZoneId
from cloison.model.plan import Look
from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.cut import cut_doors
from cloison.seal.deadline import Deadline, OutOfTime
from cloison.seal.search import Patience, reopen
from cloison.seal.stability import earlier_doors
from cloison.spread.scenarios import Levels

MOST = 4
"""Zones looked into: those whose state is least known."""

_NOTHING = 0.05
"""Care-hours: what is worth less than this rounds to nothing, and is not said."""

_TOSS_UP = 0.5
"""The probability that says least."""

_TRIALS = 60
"""Sets of doors weighed for each answer that the observation may give."""


def where_to_look(asked: Asked, plan: Mapping[ConduitId, Level], deadline: Deadline) -> tuple[Look, ...]:
    """Weigh what it is worth to know for sure whether each suspected zone is compromised.

    The doors are chosen again with the zone compromised, and with it clean, over the same draws; the value is
    what the two choices, weighed by their chances, save over the plan made without knowing. They are found by
    cuts and reopening from the plan, not proved: the value is an estimate from below.

    Args:
        asked: the question.
        plan: conduits that the plan shuts.
        deadline: zones that there is no time for are left out.

    Returns:
        The zones worth looking at, the most valuable first; none when nothing is uncertain.

    Source: expected value of perfect information (Howard 1966), on common random numbers.
    """
    doors = earlier_doors(asked.hospital, asked.doors, plan)
    unsure = sorted(
        ((zone, chance) for zone, chance in asked.parameters.suspicion if 0.0 < chance < 1.0),
        key=lambda each: abs(each[1] - _TOSS_UP),
    )
    found, longest = [], 0.0
    for zone, chance in unsure[:MOST]:
        began = deadline.left()
        if began <= longest:
            break
        place = next(number for number, each in enumerate(asked.hospital.zones) if each.id == zone)
        try:
            value = chance * _saved(_knowing(asked, place, compromised=True), doors, deadline)
            value += (1.0 - chance) * _saved(_knowing(asked, place, compromised=False), doors, deadline)
        except OutOfTime:
            break
        longest = max(longest, began - deadline.left())
        if value > _NOTHING:
            found.append(Look(zone=zone, suspicion=chance, care_hours=value))
    return tuple(sorted(found, key=lambda look: -look.care_hours))


def name_assets(hospital: Hospital, looks: Iterable[Look], suspects: Iterable[tuple[str, float]]) -> tuple[Look, ...]:
    """Say in which system of each zone to begin, where systems are suspected and not the zone alone.

    Args:
        hospital: the map.
        looks: zones worth looking at.
        suspects: (id of an asset or a zone, probability), as the suspicion on the zones was made of.

    Returns:
        The same, each with the likeliest of its zone's suspected assets that is not sure to be compromised.
    """
    likeliest: dict[ZoneId, tuple[float, AssetId]] = {}
    chances: dict[str, float] = {}
    for name, chance in suspects:
        chances[name] = 1.0 - (1.0 - chances.get(name, 0.0)) * (1.0 - chance)
    for asset in hospital.assets:
        chance = chances.get(asset.id, 0.0)
        if likeliest.get(asset.zone, (0.0, asset.id))[0] < chance < 1.0:
            likeliest[asset.zone] = chance, asset.id
    return tuple(replace(look, asset=likeliest[look.zone][1]) if look.zone in likeliest else look for look in looks)


def _knowing(asked: Asked, place: int, *, compromised: bool) -> Asked:
    starts = asked.scenarios.starts.copy()
    starts[:, place] = compromised
    return replace(asked, scenarios=replace(asked.scenarios, starts=starts))


def _saved(asked: Asked, doors: Levels, deadline: Deadline) -> float:
    """Give what choosing the doors again saves."""
    deadline.hold()
    balance = Balance(asked)
    objective = balance.objective
    best = min((doors, *cut_doors(asked, balance, doors, deadline)), key=objective)
    deadline.hold()
    best = reopen(best, objective, asked.doors.least, Patience(_TRIALS, deadline))
    return objective(doors) - objective(best)
