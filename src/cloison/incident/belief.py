"""How far a finding is believed: its detector's confidence as experience corrects it, less when a person muted it."""

from collections.abc import Callable, Collection, Mapping
from math import exp, log

from cloison.model.finding import Finding, FindingId

CURVES: Mapping[str, tuple[float, float]] = {}
"""Detector -> (slope, shift) of the log-odds (Platt 1999), learnt on half A of the recordings and kept only where it
was better on half B too: docs/evaluation.md, section Recalibration. Empty: what detectors say stands."""

ALERT = 0.5
"""From this belief on a finding opens an incident; below it is a clue, which can only support one."""

MUTED = 0.1
"""What is left of a muted finding: a person may be wrong, or deceived, and the intruder may hide in a habit."""


def believe(muted: Collection[FindingId] = ()) -> Callable[[Finding], float]:
    """Give what tells the probability that a finding is hostile.

    Args:
        muted: findings that a person called normal.
    """
    quiet = frozenset(muted)

    def belief(finding: Finding) -> float:
        known = corrected(finding.confidence, *CURVES.get(finding.detector, (1.0, 0.0)))
        return known * MUTED if finding.id in quiet else known

    return belief


def corrected(confidence: float, slope: float, shift: float) -> float:
    """Move a confidence along a curve; the order of two confidences never changes.

    Returns:
        1 / (1 + exp(-(slope * logit(confidence) + shift))), the confidence itself for slope 1 and shift 0.
    """
    if (slope, shift) == (1.0, 0.0):
        return confidence
    kept = min(max(confidence, 0.001), 0.999)
    return 1 / (1 + exp(-(slope * log(kept / (1 - kept)) + shift)))
