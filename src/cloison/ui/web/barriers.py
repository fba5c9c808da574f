"""The five barriers of an exercise as slices (Reason's model), each with the hole that was measured in it."""

from dataclasses import dataclass

from cloison.model.drill import Drill, Milestone
from cloison.model.finding import Barrier
from cloison.model.sealing import DoorState, Proof
from cloison.words import Sentence, say, say_many

DIRECTORY_REACHED = 16 * 3600.0
"""Seconds from the first act to the directory: the median of incidents answered in 2023 (Sophos, Active Adversary)."""

LARGEST_HOLE = 36.0
SMALLEST_HOLE = 4.0
"""Radii, pixels: of a barrier that stopped nothing, and of the least that still shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One barrier.

    Attributes:
        hole: share of it that the intruder passes, 0 to 1; None: the exercise does not measure it.
        measured: what the hole is, in words.
    """

    barrier: Barrier
    hole: float | None
    measured: Sentence

    @property
    def radius(self) -> float:
        """Give the radius of the hole, pixels: its area is the share; one that is not measured is drawn at half."""
        if self.hole is None:
            return LARGEST_HOLE / 2
        return max(SMALLEST_HOLE, LARGEST_HOLE * float(self.hole**0.5)) if self.hole > 0.0 else 0.0


def slices_of(drill: Drill) -> tuple[Slice, ...]:
    """Measure the five barriers of an exercise.

    Entry is not measured: the exercise begins behind it. Infiltration: the time until the incident, as a share of the
    time in which intruders reach the directory. Spread: the share of doors not proved closed. Degraded mode: the share
    of vital messages lost. Recovery: not measured, nothing is restored.
    """
    return (
        Slice(barrier=Barrier.ENTRY, hole=None, measured=say("not measured: the exercise begins with the intruder in")),
        _infiltration(drill),
        _spread(drill),
        _degraded(drill),
        Slice(
            barrier=Barrier.RECOVERY,
            hole=None,
            measured=say("doors open again, by stages; no restore was timed")
            if drill.when(Milestone.REOPENED)
            else say("not measured: no restore was timed"),
        ),
    )


def _infiltration(drill: Drill) -> Slice:
    seconds = drill.story_seconds(Milestone.FIRST_ACT, Milestone.INCIDENT)
    if seconds is None:
        return Slice(
            barrier=Barrier.INFILTRATION,
            hole=1.0 if drill.deeds and drill.when(Milestone.INCIDENT) is None else None,
            measured=say("the intruder was not noticed")
            if drill.deeds
            else say("nobody knows when the intruder began"),
        )
    share = min(1.0, max(0.0, seconds) / DIRECTORY_REACHED)
    minutes = round(max(0.0, seconds) / 60)
    told = say_many("noticed after {n} minute of the story", "noticed after {n} minutes of the story", minutes)
    return Slice(barrier=Barrier.INFILTRATION, hole=share, measured=told)


def _spread(drill: Drill) -> Slice:
    if not drill.verdicts:
        return Slice(barrier=Barrier.SPREAD, hole=1.0, measured=say("no door was shut"))
    closed = sum(one.state is DoorState.SHUT and one.proof is Proof.CLOSED for one in drill.verdicts)
    told = say_many(
        "{closed} of {n} door proved closed", "{closed} of {n} doors proved closed", len(drill.verdicts), closed=closed
    )
    return Slice(barrier=Barrier.SPREAD, hole=1.0 - closed / len(drill.verdicts), measured=told)


def _degraded(drill: Drill) -> Slice:
    vital = [flow for flow in drill.care if flow.vital and not flow.cut]
    sent, lost = sum(flow.sent for flow in vital), sum(flow.lost for flow in vital)
    if not sent:
        return Slice(barrier=Barrier.DEGRADED, hole=None, measured=say("not measured: no message of care was counted"))
    told = say_many("{lost} of {n} vital message lost", "{lost} of {n} vital messages lost", sent, lost=lost)
    return Slice(barrier=Barrier.DEGRADED, hole=min(1.0, lost / sent), measured=told)
