"""Sum up runs: how likely each zone, or each care service, is to be reached, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHARES = (0.1, 0.5, 0.9)
"""Of the runs that reach it, those that had by each of `Outlook.hours`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What becomes of one zone or care service.

    Attributes:
        id: its own.
        probability: share of the runs that reach it within the horizon.
        standard_error: of that share; never 0, for what N runs did not show may still happen.
        hours: by when a tenth, half and nine tenths of the runs that reach it have; None when none does.
    """

    id: str
    probability: float
    standard_error: float
    hours: tuple[float, float, float] | None


def outlook(ids: Sequence[str], hours: NDArray[np.floating]) -> tuple[Outlook, ...]:
    """Sum up, in the order of `ids`.

    Args:
        ids: M of them.
        hours: (N, M); infinite: not reached. N is 1 or more.

    Source: the standard error is that of Agresti & Coull 1998 (two runs of each outcome added).
    """
    return tuple(_one(name, column) for name, column in zip(ids, hours.T, strict=True))


def _one(name: str, hours: NDArray[np.floating]) -> Outlook:
    reached = hours[np.isfinite(hours)]
    adjusted = (len(reached) + 2.0) / (len(hours) + 4.0)
    low, middle, high = np.quantile(reached, SHARES).tolist() if len(reached) else (0.0, 0.0, 0.0)
    return Outlook(
        id=name,
        probability=len(reached) / len(hours),
        standard_error=float(np.sqrt(adjusted * (1.0 - adjusted) / (len(hours) + 4.0))),
        hours=(low, middle, high) if len(reached) else None,
    )
