"""A crisis desk on the wards of the doors, with a case that somebody opened by hand."""

from datetime import UTC, datetime

from tests.enforce.wards import hospital

from cloison.ops.crisis_desk import Desk
from cloison.ops.crisis_work import DOORS, Worker
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.store.database import Database

ANNE, BRICE = ("a", "Anne D."), ("b", "Brice M.")


def desk_at(folder, ward=None):
    """Give a desk whose doors are in memory and armed."""
    ward = ward or hospital()
    arm(ward, Means(home=folder))
    return Desk(
        home=folder,
        database=Database.at(folder),
        hospital=lambda: ward,
        clock=lambda: datetime.now(UTC),
        worker=Worker(),
    )


def with_plan(desk, name):
    """Wait for the plan of a case, and look at it."""
    assert desk.plan(name)
    desk.worker.finish(f"plan {name}")
    return desk.look(name)


def still(desk, name):
    """Wait until doors are still, and look at the case."""
    desk.worker.finish(DOORS)
    return desk.look(name)
