"""The short list of other choices, on the front "risk left / care lost by the doors"."""

from collections.abc import Callable

import numpy as np

from cloison.model.plan import Alternative
from cloison.seal.asked import Asked
from cloison.seal.balance import Balance
from cloison.seal.check import care_lost, losses
from cloison.seal.doors import CLOSED, NO_DOOR, OPEN, levels_by_conduit
from cloison.seal.search import reopen
from cloison.spread.scenarios import Levels
from cloison.spread.simulation import RUNS, Simulation

NOTHING, TOTAL_CUT, OPTIMAL = "nothing", "total-cut", "optimal"

GENTLER = (("less-care-lost", 3.0), ("least-care-lost", 10.0))
"""How many times as dear the care that doors take is held, to be left with less of it."""

FIRMER = (("less-risk", 0.3), ("least-risk", 0.0))

TRIALS = 120
"""Sets of doors weighed for each alternative: they need to be good, not proved."""

_EQUAL = 1e-9


def find_alternatives(asked: Asked, best: Levels, balance: Balance) -> tuple[Alternative, ...]:
    """List the plan, its two extremes, and what lies between that nothing listed beats.

    Args:
        asked: the question.
        best: (D,) levels of the plan.
        balance: the objective.

    Returns:
        The plan, nothing and the total cut first, then one to four others by rising care lost to the doors.
        No set of doors comes twice.
    """
    open_ = np.full(asked.doors.count, OPEN, dtype=np.int8)
    listed = [(OPTIMAL, best), (NOTHING, open_), (TOTAL_CUT, np.full_like(open_, CLOSED))]
    for name, dearness in GENTLER:
        listed.append((name, reopen(best, _holding(balance, dearness), TRIALS)))
    for name, dearness in FIRMER:
        objective = _holding(balance, dearness)
        firmer = reopen(np.maximum(best, _cordon(asked, best, balance)), objective, TRIALS)
        listed.append((name, min(firmer, best, key=objective)))
    simulation = Simulation(
        asked.hospital,
        dict(asked.parameters.suspicion),
        asked.parameters.horizon_hours,
        runs=RUNS,
        seed=asked.parameters.seed,
    )
    return tuple(_weigh(asked, simulation, name, levels) for name, levels in _worth_listing(listed, balance))


def _holding(balance: Balance, dearness: float) -> Callable[[Levels], float]:
    def objective(door_levels: Levels) -> float:
        worth = balance.worth(door_levels)
        return worth.objective + (dearness - 1.0) * worth.sealing

    return objective


def _cordon(asked: Asked, best: Levels, balance: Balance) -> Levels:
    """Shut every door out of a zone that the plan leaves at risk."""
    risk = balance.compromised(best).mean(axis=0) > 0.0
    at_risk = {zone.id for zone, risky in zip(asked.hospital.zones, risk.tolist(), strict=True) if risky}
    doors = np.zeros(asked.doors.count, dtype=np.int8)
    for conduit, door in zip(asked.hospital.conduits, asked.doors.of_conduit.tolist(), strict=True):
        if door != NO_DOOR and conduit.from_ in at_risk:
            doors[door] = CLOSED
    return doors


def _worth_listing(listed: list[tuple[str, Levels]], balance: Balance) -> list[tuple[str, Levels]]:
    """Drop what is there already, and what lies between and is beaten on both sides; the extremes stay."""
    places = []
    for _, levels in listed:
        worth = balance.worth(levels)
        places.append((worth.sealing, worth.objective - worth.sealing))
    kept: list[int] = []
    for number, (name, levels) in enumerate(listed):
        if any(np.array_equal(levels, listed[other][1]) for other in kept):
            continue
        beaten = any(_beats(places[other], places[number]) for other in range(len(listed)) if other != number)
        if name in {OPTIMAL, NOTHING, TOTAL_CUT} or not beaten:
            kept.append(number)
    extremes = [number for number in kept if listed[number][0] in {OPTIMAL, NOTHING, TOTAL_CUT}]
    between = sorted((number for number in kept if number not in extremes), key=lambda number: places[number])
    return [listed[number] for number in (*extremes, *between)]


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
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
    )
