"""Calibration: does a confidence of 0.8 come true eight times in ten, and what would make it so?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.figures import brier, calibration_error, platt, recalibrated
from evaluation.judging import is_true
from evaluation.runs import Found, Outcome
from evaluation.scenarios import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A finding of which the truth is known.

    Attributes:
        half: "A" or "B".
        weight: one over the findings of its recording: a recording with a hundred findings teaches as one.
    """

    found: Found
    true: bool
    half: str
    weight: float


def cases(
    scenarios: Sequence[Scenario], outcomes: Mapping[str, Outcome], quiet_days: Mapping[str, Outcome]
) -> list[Case]:
    """Gather the findings whose truth is known; quiet days of our own hospital alternate between halves by their seed."""
    known: list[Case] = []
    for scenario in scenarios:
        for recording in scenario.recordings:
            outcome = outcomes[recording.name]
            judged = [(found, is_true(found, recording.label, outcome)) for found in outcome.findings]
            known += _weighted(((found, true) for found, true in judged if true is not None), scenario.half)
    for name, day in sorted(quiet_days.items()):
        known += _weighted(((found, False) for found in day.findings), half_of(name))
    return known


def half_of(quiet_day: str) -> str:
    """Give the half of a quiet day by its seed, so that a day read with a map and without is in one half."""
    return "AB"[int("".join(filter(str.isdigit, quiet_day)) or 0) % 2]


def _weighted(judged: Iterable[tuple[Found, bool]], half: str) -> list[Case]:
    rows = list(judged)
    return [Case(found=found, true=true, half=half, weight=1 / len(rows)) for found, true in rows]


MATERIAL = 0.02
"""A curve that moves a confidence by less says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A detector's recalibration, learnt on half A, and what it does on half B.

    Attributes:
        learnt, tested: (findings, of which true).
        before, after: Brier scores on half B; None without a finding there.
        adopted: whether the product should follow it: it lowers what the detector says, and half B agrees. A curve
            that raises is never followed: these recordings hold attacks and few honest doubles, so being right
            here says little of a hospital's ordinary year (Elkan 2001, on the change of base rate).
    """

    detector: str
    slope: float
    shift: float
    learnt: tuple[int, int]
    tested: tuple[int, int]
    before: float | None
    after: float | None

    @property
    def adopted(self) -> bool:
        """See above."""
        lowers = all(recalibrated(p, self.slope, self.shift) < p - MATERIAL for p in (0.3, 0.5, 0.7, 0.9))
        return lowers and self.before is not None and self.after is not None and self.after < self.before


def fit(known: Sequence[Case]) -> list[Fit]:
    """Fit each detector on half A and try it on half B."""
    fits = []
    for detector in sorted({case.found.detector for case in known}):
        learn = [case for case in known if case.found.detector == detector and case.half == "A"]
        test = [case for case in known if case.found.detector == detector and case.half == "B"]
        if not learn:
            continue
        slope, shift = platt(
            [case.found.confidence for case in learn], [case.true for case in learn], [case.weight for case in learn]
        )
        said, true = [case.found.confidence for case in test], [case.true for case in test]
        fits.append(
            Fit(
                detector=detector,
                slope=slope,
                shift=shift,
                learnt=(len(learn), sum(case.true for case in learn)),
                tested=(len(test), sum(true)),
                before=brier(said, true) if test else None,
                after=brier([recalibrated(p, slope, shift) for p in said], true) if test else None,
            )
        )
    return fits


def scores(known: Sequence[Case], fits: Sequence[Fit], half: str) -> tuple[float, float, float, float, int]:
    """Give Brier and calibration error as said, then both as recalibrated, and the number of findings."""
    curves = {item.detector: (item.slope, item.shift) for item in fits}
    kept = [case for case in known if case.half == half]
    said, true = [case.found.confidence for case in kept], [case.true for case in kept]
    moved = [recalibrated(case.found.confidence, *curves.get(case.found.detector, (1.0, 0.0))) for case in kept]
    return (
        brier(said, true), calibration_error(said, true), brier(moved, true), calibration_error(moved, true), len(kept)
    )  # fmt: skip
