"""The choice that a crisis director faces: the plan, its extremes, doors that last, and what lies between."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloison.care.doors import cut_services
from cloison.model.hospital import ConduitId, Level
from cloison.model.plan import Alternative, Refinement, ServiceOutage
from cloison.seal.asked import Asked
from cloison.seal.carrying import minutes_to_carry_out
from cloison.seal.check import care_lost, losses
from cloison.seal.deadline import Deadline
from cloison.seal.doors import CLOSED, OPEN, levels_by_conduit
from cloison.seal.front import FIXED, NOTHING, OPTIMAL, ROBUST, TOTAL_CUT, order
from cloison.seal.programme import Dearness
from cloison.seal.refinement import Refined, refine
from cloison.seal.stability import is_kept
from cloison.seal.wall import free_wall
from cloison.spread.scenarios import Levels
from cloison.spread.simulation import Simulation, affordable_runs
from cloison.words import Sentence, say

SWEEP = (
    Dearness(doors=10.0),
    Dearness(doors=3.0),
    Dearness(intruder=3.0),
    Dearness(intruder=10.0),
    Dearness(intruder=100.0),
)
"""How dear the two harms are held beside each other, for the choices on either side of the doors that last."""

FEWEST = 3
"""Choices on the front below which it is said why."""

_PREPARED = 8.0
"""Times as long as one weighing takes: the fresh runs made ready, or a larger sample."""

_SURE = 2.0
"""Standard errors of the difference from which doors are called better."""


class Choices(NamedTuple):
    """What a director may choose from.

    Attributes:
        listed: see `front.order`.
        refinement: None: there was no time for any.
        few: why there are so few; None: these are all.
    """

    listed: tuple[Alternative, ...]
    refinement: Refinement | None
    few: Sentence | None


class _Weighed(NamedTuple):
    """A choice, and what it loses in all over each fresh run, (N,)."""

    choice: Alternative
    by_run: NDArray[np.float64]


def find_alternatives(asked: Asked, best: Levels, deadline: Deadline, usual: float) -> Choices:
    """List the plan, its two extremes, doors that last, and what lies between that nothing beats.

    Args:
        asked: the question.
        best: (D,) levels of the plan.
        deadline: what there is no time for is left out.
        usual: seconds that weighing one set of doors takes.

    Returns:
        The choices; no set of doors comes twice.
    """
    if deadline.left() < _PREPARED * usual:
        return Choices((), None, say("there was no time to weigh other choices"))
    scales = _Scales(asked, deadline)
    open_ = np.full(asked.doors.count, OPEN, dtype=np.int8)
    scales.weigh(OPTIMAL, best)
    scales.weigh(NOTHING, open_)
    scales.weigh(TOTAL_CUT, np.full_like(open_, CLOSED))
    # What follows gives candidates, each of which takes another weighing.
    searching = deadline.sooner((len(SWEEP) + 2) * scales.longest)
    refined = refine(asked, best, searching) if searching.left() > _PREPARED * usual else None
    in_time = refined is not None
    if refined:
        scales.weigh("last", refined.levels)
        scales.weigh("wall", free_wall(asked))
        for number, dearness in enumerate(SWEEP):
            levels = refined.chooser.choose(dearness)
            if levels is None:
                in_time = False
                break
            scales.weigh(f"{number}", levels)
    listed = order(*scales.sorted_out(refined.levels if refined else best), asked.parameters.record_weight)
    few = None
    if not in_time or scales.late:
        few = say("there was no time to weigh other choices")
    elif sum(each.on_front for each in listed) < FEWEST:
        few = say("nothing lies between: other doors give up more care, or leave more to the intruder")
    return Choices(listed, _told(refined), few)


class _Scales:
    """Weighs each set of doors once, over the plan's scenarios and over fresh runs, as long as there is time."""

    def __init__(self, asked: Asked, deadline: Deadline) -> None:
        self._asked, self._deadline = asked, deadline
        self._simulation = Simulation(
            asked.hospital,
            dict(asked.parameters.suspicion),
            asked.parameters.horizon_hours,
            runs=affordable_runs(asked.hospital),
            seed=asked.parameters.seed,
        )
        self._weighed: dict[bytes, _Weighed] = {}
        self.longest, self.late = 0.0, False

    def weigh(self, name: str, door_levels: Levels) -> None:
        """Weigh doors under a name; the first name stays."""
        left = self._deadline.left()
        if left <= self.longest:
            self.late = True
        elif door_levels.tobytes() not in self._weighed:
            self._weighed[door_levels.tobytes()] = _weigh(self._asked, self._simulation, name, door_levels)
            self.longest = max(self.longest, left - self._deadline.left())

    def sorted_out(self, lasting: Levels) -> tuple[list[Alternative], list[Alternative]]:
        """Give the choices that have a name, and the candidates; doors that last are named if clearly better."""
        by_name = {each.choice.name: each for each in self._weighed.values()}
        last = self._weighed.get(lasting.tobytes())
        if last and OPTIMAL in by_name and _clearly_better(last, by_name[OPTIMAL]):
            # They may be an extreme too: what matters then is that they are the better choice.
            del by_name[last.choice.name]
            by_name[ROBUST] = last._replace(choice=replace(last.choice, name=ROBUST))
        named = [each.choice for name, each in by_name.items() if name in FIXED]
        return named, [each.choice for name, each in by_name.items() if name not in FIXED]


def _clearly_better(one: _Weighed, other: _Weighed) -> bool:
    saved = other.by_run - one.by_run
    error = float(saved.std(ddof=1) / np.sqrt(len(saved)))
    return saved.mean() > _SURE * error and not is_kept(float(other.by_run.mean()), float(one.by_run.mean()))


def _told(refined: Refined | None) -> Refinement | None:
    if refined is None:
        return None
    return Refinement(
        scenarios=refined.scenarios,
        seen=refined.seen,
        unseen=refined.unseen,
        unseen_standard_error=refined.error,
        agreed=refined.agreed,
    )


def _weigh(asked: Asked, simulation: Simulation, name: str, door_levels: Levels) -> _Weighed:
    parameters = asked.parameters
    levels = levels_by_conduit(asked.hospital, asked.doors, door_levels)
    weighed = losses(asked.hospital, parameters, levels, asked.scenarios)
    fallen = np.isfinite(simulation.falls(levels))
    care_by_run, _ = care_lost(asked.hospital, parameters, levels, fallen)
    records_by_run = fallen @ np.array([zone.patient_records for zone in asked.hospital.zones], dtype=np.float64)
    choice = Alternative(
        name=name,
        levels=tuple(levels.items()),
        weighing=weighed.weighing,
        sealing_care_hours=weighed.sealing_care_hours,
        fresh_care_hours=float(care_by_run.mean()),
        fresh_standard_error=float(care_by_run.std(ddof=1) / np.sqrt(len(care_by_run))),
        fresh_records=float(records_by_run.mean()),
        outages=tuple(_outages(asked, levels)),
        minutes=minutes_to_carry_out(asked.hospital, levels, parameters.people),
    )
    moved = parameters.action_weight * weighed.weighing.doors_moved
    return _Weighed(choice, care_by_run + parameters.record_weight * records_by_run + moved)


def _outages(asked: Asked, levels: Mapping[ConduitId, Level]) -> Iterator[ServiceOutage]:
    shut = asked.parameters.seal_hours
    for service, out in zip(asked.hospital.care_services, cut_services(asked.hospital, levels), strict=True):
        if out:
            held = min(shut, service.degraded.hours) if service.degraded.capacity > 0.0 else 0.0
            yield ServiceOutage(service=service.id, degraded_hours=held, stopped_hours=shut - held)
