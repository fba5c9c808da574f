"""The ransomware stage: between the spread, which is silent, and the damage lies a wait that the intruder chooses."""

import numpy as np
from numpy.typing import NDArray

DWELL_HOURS = 120.0
"""Median wait. Sophos, Active Adversary report 2023: five days between intrusion and ransomware."""

_WAITS = 2
"""Second word of the seed: another stream than any other."""


def impacts(runs: int, *, median_hours: float, seed: int) -> NDArray[np.float64]:
    """Draw when the ransomware is set off in each run.

    Nobody knows how long the intruder has been inside, so the wait has the one law for which that does not
    matter: exponential.

    Args:
        runs: N.
        median_hours: from now, 0 or more; 0: at once.
        seed: 0 or more.

    Returns:
        (N,) hours from now.
    """
    waits: NDArray[np.float64] = np.random.default_rng((seed, _WAITS)).standard_exponential(runs)
    return waits * float(median_hours / np.log(2.0))


def dark_from(falls: NDArray[np.floating], impact: NDArray[np.float64], horizon_hours: float) -> NDArray[np.float64]:
    """Tell from when each zone's systems serve nobody.

    What has fallen when the ransomware is set off is lost then; what falls later is lost as it falls. At the
    horizon the intruder is thrown out, and all that has fallen is taken down to be built anew: the plan
    counts it as lost too, set off or not.

    Args:
        falls: (N, Z) hours, infinite where a zone does not fall.
        impact: (N,) hours.
        horizon_hours: H.

    Returns:
        (N, Z) hours in [0, H], infinite where a zone does not fall.
    """
    dark: NDArray[np.float64] = np.maximum(falls, np.minimum(impact, horizon_hours)[:, None])
    return dark
