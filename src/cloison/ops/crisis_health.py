"""Whether doors could be shut tonight: each device armed as it should be, each shut door still held."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.rules import structures_of
from cloison.errors import BadValueError, CloisonError, DeviceError
from cloison.model.hospital import EnforcementPoint, Hospital
from cloison.model.noun import noun
from cloison.model.sealing import Structure, Verdict
from cloison.ops.crisis_desk import Desk
from cloison.ops.keeping import state
from cloison.ops.moving import AT_ONCE, Means
from cloison.store.settings import Setting
from cloison.words import Sentence, say


@noun
class PointHealth:
    """One point of enforcement.

    Attributes:
        by_hand: a person moves its doors: there is nothing to arm.
        armed: None: by hand, or it did not answer.
        problem: why it cannot be relied upon.
        doors: passages that it may be asked to shut.
    """

    point: EnforcementPoint
    by_hand: bool
    armed: bool | None
    problem: Sentence | None
    doors: int


@noun
class DoorsHealth:
    """All points, as they were found.

    Attributes:
        at: None: nobody looked yet.
        drift: doors that are meant to be shut, as their devices hold them.
        hindrance: why drift could not be read.
    """

    at: datetime | None = None
    points: tuple[PointHealth, ...] = ()
    drift: tuple[Verdict, ...] = ()
    hindrance: Sentence | None = None


DOORS_HEALTH: Setting[DoorsHealth] = Setting("doors-health", DoorsHealth, usual=DoorsHealth())
"""As last looked at."""


def look_at_doors(desk: Desk, hospital: Hospital, *, by: str) -> DoorsHealth:
    """Reach every device, and keep what was found; nothing is changed on any."""
    means = Means(home=desk.home, clock=desk.clock)
    structures = {structure.point.id: structure for structure in structures_of(hospital)}

    def look(point: EnforcementPoint) -> PointHealth:
        return _look(point, structures.get(point.id, Structure(point=point, doors=())), means)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        points = tuple(pool.map(look, hospital.enforcement_points))
    found = DoorsHealth(at=desk.clock(), points=points)
    try:
        found = replace(found, drift=state(means)[1])
    except CloisonError as error:
        found = replace(found, hindrance=error.problem)
    DOORS_HEALTH.change(desk.database, found, by=by, now=desk.clock())
    return found


def _look(point: EnforcementPoint, structure: Structure, means: Means) -> PointHealth:
    told = PointHealth(point=point, by_hand=False, armed=None, problem=None, doors=len(structure.doors))
    driver = known_drivers().get(point.driver)
    if driver is None:
        return replace(told, problem=say("no driver is called {name}", name=point.driver))
    if driver.by_hand:
        nowhere = say("nobody knows where it stands, or who moves it")
        return replace(told, by_hand=True, problem=None if point.place and point.person else nowhere)
    if driver.needs_address and point.address is None:
        return replace(told, problem=say("the map gives it no address"))
    try:
        armed = means.device(point).armed(structure)
    except (DeviceError, BadValueError) as error:
        return replace(told, problem=error.problem)
    return replace(told, armed=armed, problem=None if armed else say("it is not armed: no door of it can shut"))
