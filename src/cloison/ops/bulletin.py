"""How Cloison itself is: what is open, who is on call, what it sees with, what it shuts with, who was told."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cloison.model.case import Case
from cloison.model.notice import KeptNotice
from cloison.model.noun import noun
from cloison.model.sensor import Sensor
from cloison.ops.crisis_health import DOORS_HEALTH, DoorsHealth
from cloison.ops.kit import STALE, made_at
from cloison.store.cases import open_cases
from cloison.store.database import Database
from cloison.store.notices import notices
from cloison.store.sensors import sensors
from cloison.store.settings import ON_CALL, OnCall

NOTICES = 10


@noun
class Bulletin:
    """How things are at a moment.

    Attributes:
        at: UTC.
        hospital: its name; empty: there is no map yet.
        cases: those that are open, without their alerts.
        doors: as they were last looked at.
        notices: the latest.
        kit_at: when the paper kit was made; None: never here.
        kit_old: it is to be made again.
    """

    at: datetime
    hospital: str
    on_call: OnCall
    cases: tuple[Case, ...]
    sensors: tuple[Sensor, ...]
    doors: DoorsHealth
    notices: tuple[KeptNotice, ...]
    kit_at: datetime | None
    kit_old: bool

    @property
    def wants_attention(self) -> bool:
        """Whether a case is open, a sensor is quiet, or a door could not be shut tonight."""
        troubled = any(point.problem for point in self.doors.points)
        return bool(self.cases) or troubled or any(one.quiet or one.lost for one in self.sensors)


def bulletin(home: Path, database: Database, hospital: str, *, now: datetime) -> Bulletin:
    """Gather how things are.

    Args:
        home: where the paper kit is kept.
        database: of the home.
        hospital: its name.
        now: UTC.

    Raises:
        DatabaseError: the database does not answer.
    """
    made = made_at(home)
    return Bulletin(
        at=now,
        hospital=hospital,
        on_call=ON_CALL.of(database),
        cases=tuple(without_alerts(case) for case in open_cases(database)),
        sensors=sensors(database),
        doors=DOORS_HEALTH.of(database),
        notices=notices(database, limit=NOTICES),
        kit_at=made,
        kit_old=made is None or now - made > STALE,
    )


def without_alerts(case: Case) -> Case:
    """Give what a list tells of a case: its alerts, and where their records are, are left out."""
    return replace(case, findings=(), places=())
