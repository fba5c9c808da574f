"""When things happen in a hospital's day."""

from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from cloison.rehearse.tape import Mask, Numbers

Rhythm: TypeAlias = tuple[float, ...]
"""Weight of each of the 24 hours."""

HOUR = 3600.0
DAY = 86_400.0

OFFICE: Rhythm = (0, 0, 0, 0, 0, 0, 0.1, 1, 6, 9, 9, 8, 4, 4, 8, 8, 7, 4, 1, 0.2, 0, 0, 0, 0)
CARE: Rhythm = (2, 2, 1.5, 1.5, 2, 3, 6, 8, 9, 9, 9, 8, 7, 7, 8, 8, 7, 6, 6, 5, 5, 5, 4, 3)
"""Shifts change near 7, 14 and 21 h; the night is quieter, never silent."""
MORNING: Rhythm = (0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 3, 10, 12, 6, 2, 1, 1, 3, 3, 1, 1, 1, 0.5, 0.5, 2, 1, 0.2, 0.1)
THEATRE: Rhythm = (1, 1, 1, 1, 1, 1, 1, 3, 9, 9, 9, 8, 6, 7, 8, 8, 6, 4, 2, 2, 2, 1.5, 1, 1)
NIGHT: Rhythm = (3, 4, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 1, 2)


def moments(rng: Generator, rhythm: Rhythm, n: int) -> Numbers:
    """Draw n moments of the day, seconds since midnight, unsorted."""
    weights = np.array(rhythm, dtype=np.float64)
    hours = rng.choice(24, n, p=weights / weights.sum())
    return (hours + rng.random(n)) * HOUR


def ticks(rng: Generator, n: int, every: float, jitter: float) -> Numbers:
    """Draw the moments of n pollers over one day.

    Args:
        rng: random numbers.
        n: pollers, each with its own phase.
        every: seconds between two polls.
        jitter: standard deviation of each poll, as a share of `every`.

    Returns:
        (n, k) seconds since midnight; the ends may fall outside the day.
    """
    count = int(DAY // every) + 1
    phase = rng.random((n, 1)) * every
    at: Numbers = phase + np.arange(count) * every + rng.normal(0, jitter * every, (n, count))
    return at


def sizes(rng: Generator, median: float, sigma: float, n: int) -> Numbers:
    """Draw n sizes or durations, log-normal around their median."""
    return median * np.exp(rng.normal(0, sigma, n))


def chance(rng: Generator, share: float, n: int) -> Mask:
    """Draw which of n happen, each with probability `share`."""
    drawn: Mask = rng.random(n) < share
    return drawn
