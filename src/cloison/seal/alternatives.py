"""The short list of other choices, on the front "risk left / care lost by the doors"."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cloison.care.doors import cut_services
from cloison.model.hospital import ConduitId, Level
from cloison.model.plan import Alternative, ServiceOutage
from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.carrying import minutes_to_carry_out
from cloison.seal.check import care_lost, losses
from cloison.seal.deadline import Deadline
from cloison.seal.doors import CLOSED, NO_DOOR, OPEN, levels_by_conduit
from cloison.seal.search import Patience, reopen
from cloison.spread.scenarios import Levels, conduit_graph, draw
from cloison.spread.simulation import Simulation, affordable_runs

NOTHING, TOTAL_CUT, OPTIMAL = "nothing", "total-cut", "optimal"
EXTREMES = frozenset({NOTHING, TOTAL_CUT, OPTIMAL})

GENTLER = (("less-care-lost", 3.0), ("least-care-lost", 10.0))
"""How many times as dear the care that doors take is held, to be left with less of it."""

FIRMER = (("less-risk", 1.0), ("least-risk", 0.1))
"""The same, to close more: a second wall of doors where the plan leaves a zone at risk."""

FIRMER_SCENARIOS = 256
"""A second wall serves in scenarios that are rare: more of them are drawn than for the plan."""

TRIALS = 60
"""Sets of doors weighed for each alternative: they need to be good, not proved."""

_DRAWN_BEFORE = 8.0
"""Times as long as one weighing takes, before the first: drawing the larger set and the fresh runs."""

_EQUAL = 1e-9


class _Place(NamedTuple):
    """Where a set of doors stands on the front, over the plan's scenarios or over fresh runs."""

    sealing: float
    risk: float


def find_alternatives(
    asked: Asked, best: Levels, balance: Balance, deadline: Deadline, usual: float
) -> tuple[Alternative, ...]:
    """List the plan, its two extremes, and what lies between that nothing listed beats.

    Args:
        asked: the question.
        best: (D,) levels of the plan.
        balance: the objective.
        deadline: what there is no time for is left out.
        usual: seconds that weighing one set of doors takes.

    Returns:
        The plan, nothing and the total cut first, then up to four others by rising care lost to the doors.
        No set of doors comes twice; no other is beaten, by one with no more care lost to the doors and no
        more risk left, over the plan's scenarios or over fresh runs.
    """
    if deadline.left() < _DRAWN_BEFORE * usual:
        return ()
    open_ = np.full(asked.doors.count, OPEN, dtype=np.int8)
    listed = [(OPTIMAL, best), (NOTHING, open_), (TOTAL_CUT, np.full_like(open_, CLOSED))]
    for name, dearness in GENTLER:
        patience = Patience(TRIALS, deadline)
        listed.append((name, reopen(best, _holding(balance, dearness), asked.doors.least, patience)))
    simulation = Simulation(
        asked.hospital,
        dict(asked.parameters.suspicion),
        asked.parameters.horizon_hours,
        runs=affordable_runs(asked.hospital),
        seed=asked.parameters.seed,
    )
    if deadline.left() > _DRAWN_BEFORE * usual:
        others = replace(asked.parameters, scenarios=FIRMER_SCENARIOS, seed=asked.parameters.seed + 1)
        larger = Balance(replace(asked, parameters=others, scenarios=draw(asked.hospital, others)))
        for name, dearness in FIRMER:
            listed.append((name, _reinforce(asked, best, larger, dearness, deadline)))
    first_name = {levels.tobytes(): name for name, levels in reversed(listed)}
    weighed: list[Alternative] = []
    longest = 0.0
    for name, levels in listed:
        left = deadline.left()
        if left <= longest:
            break
        if first_name[levels.tobytes()] == name:
            weighed.append(_weigh(asked, simulation, name, levels))
            longest = max(longest, left - deadline.left())
    return _beside_each_other(_on_the_front(asked, weighed))


def _beside_each_other(listed: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Tell each its neighbour, the choice that gives up a little less care to the doors."""
    rising = sorted(listed, key=lambda each: (each.sealing_care_hours, each.weighing.doors_moved))
    before = {each.name: neighbour.name for neighbour, each in pairwise(rising)}
    return tuple(replace(each, neighbour=before.get(each.name)) for each in listed)


def _holding(balance: Balance, dearness: float) -> Callable[[Levels], float]:
    def objective(door_levels: Levels) -> float:
        worth = balance.worth(door_levels)
        return worth.objective + (dearness - 1.0) * worth.sealing

    return objective


def _reinforce(asked: Asked, best: Levels, larger: Balance, dearness: float, deadline: Deadline) -> Levels:
    """Shut every door out of one zone after another, the most at risk first, where that is worth its care."""
    objective = _holding(larger, dearness)
    levels, lowest = best, objective(best)
    risk = larger.compromised(best).mean(axis=0)
    at_risk = [zone for zone in np.argsort(-risk, kind="stable").tolist() if risk[zone] > 0.0]
    from_ = conduit_graph(asked.hospital).from_
    for zone in at_risk[:TRIALS]:
        if deadline.passed():
            break
        out = asked.doors.of_conduit[from_ == zone]
        tried = levels.copy()
        tried[out[out != NO_DOOR]] = CLOSED
        value = objective(tried)
        if value < lowest:
            levels, lowest = tried, value
    return reopen(levels, objective, asked.doors.least, Patience(TRIALS, deadline))


def _on_the_front(asked: Asked, weighed: list[Alternative]) -> tuple[Alternative, ...]:
    kept = [
        each
        for each in weighed
        if each.name in EXTREMES or not any(_beats(asked, other, each) for other in weighed if other is not each)
    ]
    between = [each for each in kept if each.name not in EXTREMES]
    return (
        *(each for each in kept if each.name in EXTREMES),
        *sorted(between, key=lambda each: each.sealing_care_hours),
    )


def _beats(asked: Asked, one: Alternative, other: Alternative) -> bool:
    """Tell whether one is nowhere worse and somewhere better, over the scenarios or over the fresh runs."""
    return any(_below(mine, its) for mine, its in zip(_places(asked, one), _places(asked, other), strict=True))


def _places(asked: Asked, each: Alternative) -> tuple[_Place, _Place]:
    """Give the places over the plan's scenarios and over the fresh runs."""
    doors = asked.parameters.action_weight * each.weighing.doors_moved
    return (
        _Place(each.sealing_care_hours, each.weighing.objective - doors - each.sealing_care_hours),
        _Place(each.sealing_care_hours, each.fresh_care_hours - each.sealing_care_hours),
    )


def _below(one: _Place, other: _Place) -> bool:
    margins = [_EQUAL * max(1.0, abs(value)) for value in other]
    no_worse = all(mine <= its + margin for mine, its, margin in zip(one, other, margins, strict=True))
    return no_worse and any(mine < its - margin for mine, its, margin in zip(one, other, margins, strict=True))


def _weigh(asked: Asked, simulation: Simulation, name: str, door_levels: Levels) -> Alternative:
    levels = levels_by_conduit(asked.hospital, asked.doors, door_levels)
    weighed = losses(asked.hospital, asked.parameters, levels, asked.scenarios)
    by_run, _ = care_lost(asked.hospital, asked.parameters, levels, np.isfinite(simulation.falls(levels)))
    return Alternative(
        name=name,
        levels=tuple(levels.items()),
        weighing=weighed.weighing,
        sealing_care_hours=weighed.sealing_care_hours,
        fresh_care_hours=float(by_run.mean()),
        fresh_standard_error=float(by_run.std(ddof=1) / np.sqrt(len(by_run))),
        outages=tuple(_outages(asked, levels)),
        minutes=minutes_to_carry_out(asked.hospital, levels, asked.parameters.people),
    )


def _outages(asked: Asked, levels: Mapping[ConduitId, Level]) -> Iterator[ServiceOutage]:
    shut = asked.parameters.seal_hours
    for service, out in zip(asked.hospital.care_services, cut_services(asked.hospital, levels), strict=True):
        if out:
            held = min(shut, service.degraded.hours) if service.degraded.capacity > 0.0 else 0.0
            yield ServiceOutage(service=service.id, degraded_hours=held, stopped_hours=shut - held)
