"""Care-hours that an outage costs (DESIGN section 7)."""

from typing import NamedTuple

from cloison.model.hospital import CareService


class Price(NamedTuple):
    """What the two sorts of outage cost one service, in care-hours.

    Attributes:
        outage: G, while the doors stay shut.
        rebuild: max(A - G, 0), on top, when something it needs was compromised.
    """

    outage: float
    rebuild: float


def loss(service: CareService, hours: float) -> float:
    """Count the care-hours that a service loses when its systems are out.

    The degraded mode keeps `capacity` of the care for its own number of hours; after that nothing is made.

    Args:
        service: its pace, and its degraded mode.
        hours: length of the outage, 0 or more.

    Returns:
        Care-hours, 0 or more, convex and never falling in `hours`.
    """
    held = min(hours, service.degraded.hours)
    bare = max(0.0, hours - service.degraded.hours)
    return service.care_per_hour * ((1.0 - service.degraded.capacity) * held + bare)


def price(service: CareService, seal_hours: float) -> Price:
    """Price the outage of a service while doors stay shut for `seal_hours`, and its rebuilding."""
    outage = loss(service, seal_hours)
    return Price(outage, max(loss(service, service.restore_hours) - outage, 0.0))
