"""How long the planner may still think: a clock that its caller owns, and the moment to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Seconds since any fixed moment; `time.perf_counter` for people, a stopped one for the same answer twice."""


def stopped() -> float:
    """Stand still: with this clock only a limit of 0 seconds ever strikes."""
    return 0.0


class OutOfTime(Exception):  # noqa: N818 - no error: what was begun is dropped, and what was found before stands
    """The time was out in the middle of something that has no use half done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment on a clock.

    Attributes:
        clock: read whenever somebody asks.
        at: seconds on that clock.
    """

    clock: Clock
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        """Stop this many seconds from now."""
        return cls(clock=clock, at=clock() + seconds)

    def left(self) -> float:
        """Give the seconds left, never below 0."""
        return max(0.0, self.at - self.clock())

    def passed(self) -> bool:
        """Tell whether there is no time left."""
        return self.left() <= 0.0

    def hold(self) -> None:
        """Go on only while there is time.

        Raises:
            OutOfTime: there is none left.
        """
        if self.passed():
            raise OutOfTime

    def sooner(self, seconds: float) -> "Deadline":
        """Keep this many seconds back for what comes after."""
        return Deadline(clock=self.clock, at=self.at - seconds)


AMPLE = Deadline(clock=stopped, at=float("inf"))
"""For those who have all the time there is."""
