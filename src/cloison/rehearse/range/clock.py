"""The hospital's time in the range: it starts when one says, and runs as fast as one says."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What time it is in the range's hospital.

    Attributes:
        began: the real moment at which the range's life began, UTC.
        origin: what time it was then in the hospital, UTC.
        speed: hospital seconds in one real second, above 0.
    """

    began: datetime
    origin: datetime
    speed: float = 1.0

    def at(self, now: datetime) -> datetime:
        """Give the hospital's time at a real moment."""
        return self.origin + (now - self.began) * self.speed

    def real(self, moment: datetime) -> datetime:
        """Give the real moment at which it is this time in the hospital."""
        return self.began + (moment - self.origin) / self.speed

    def lasting(self, life: timedelta) -> timedelta:
        """Give how long some of the hospital's time really lasts."""
        return life / self.speed
