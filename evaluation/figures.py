"""Figures with their uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy.optimize import minimize
from scipy.stats import chi2

Z95 = 1.959963984540054


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Give the 95 % score interval of a proportion (Wilson 1927); (0, 1) without a trial."""
    if trials == 0:
        return 0.0, 1.0
    share, squared = hits / trials, Z95**2
    centre = share + squared / (2 * trials)
    half = Z95 * sqrt(share * (1 - share) / trials + squared / (4 * trials**2))
    return max((centre - half) / (1 + squared / trials), 0.0), min((centre + half) / (1 + squared / trials), 1.0)


def poisson(events: int, exposure: float) -> tuple[float, float]:
    """Give the exact 95 % interval of a rate (Garwood 1936): events by unit of exposure."""
    if exposure <= 0:
        return 0.0, float("inf")
    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return float(low) / exposure, float(chi2.ppf(0.975, 2 * events + 2)) / 2 / exposure


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram."""

    low: float
    high: float
    count: int
    said: float
    true: int


def reliability(said: Sequence[float], true: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Compare confidence with the share that was right, by equal bins (Murphy and Winkler 1977)."""
    rows: list[Bin] = []
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        inside = [i for i, p in enumerate(said) if low <= p < high or (high == 1.0 and p == 1.0)]
        if inside:
            mean = sum(said[i] for i in inside) / len(inside)
            rows.append(Bin(low, high, len(inside), mean, sum(true[i] for i in inside)))
    return rows


def brier(said: Sequence[float], true: Sequence[bool]) -> float:
    """Mean squared distance to what happened (Brier 1950): 0 is perfect, 0.25 a coin that knows it."""
    return sum((p - t) ** 2 for p, t in zip(said, true, strict=True)) / max(len(said), 1)


def calibration_error(said: Sequence[float], true: Sequence[bool]) -> float:
    """Expected calibration error over ten bins (Naeini et al. 2015)."""
    return sum(abs(row.said * row.count - row.true) for row in reliability(said, true)) / max(len(said), 1)


def logit(probability: float) -> float:
    """Give the log-odds, kept finite."""
    kept = min(max(probability, 0.001), 0.999)
    return log(kept / (1 - kept))


def platt(said: Sequence[float], true: Sequence[bool], weights: Sequence[float]) -> tuple[float, float]:
    """Fit 1 / (1 + exp(-(slope * logit(p) + shift))), slope at least 0 (Platt 1999, with his smoothed targets).

    A prior pulls towards slope 1 and shift 0, as strong as two observations: with little data, what a detector's
    author wrote stands.
    """
    x = np.array([logit(p) for p in said])
    w = np.asarray(weights, dtype=float)
    hits, misses = float(w @ np.array(true, dtype=float)), float(w @ (1.0 - np.array(true, dtype=float)))
    target = np.where(true, (hits + 1) / (hits + 2), 1 / (misses + 2))

    def loss(parameters: np.ndarray) -> float:
        slope, shift = parameters
        z = slope * x + shift
        fit = float(w @ (np.logaddexp(0, z) - target * z))
        return float(fit + (slope - 1) ** 2 + shift**2 / 4)

    best = minimize(loss, x0=np.array([1.0, 0.0]), bounds=[(0.0, 5.0), (-6.0, 6.0)])
    return float(best.x[0]), float(best.x[1])


def recalibrated(probability: float, slope: float, shift: float) -> float:
    """Apply `platt`."""
    return 1 / (1 + exp(-(slope * logit(probability) + shift)))
