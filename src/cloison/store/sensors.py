"""The sensors' health, as the watch last told it."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update

from cloison.model.sensor import Sensor
from cloison.store import tables
from cloison.store.database import Database
from cloison.store.documents import read_back, written

TOPIC = "sensors"


def update_sensors(database: Database, sensors: Iterable[Sensor]) -> None:
    """Write how sensors are now, new ones and known ones.

    Raises:
        DatabaseError: it cannot be written.
    """
    with database.write(TOPIC) as connection:
        for sensor in sensors:
            row = {
                "kind": sensor.kind,
                "last_record_at": sensor.last_record_at,
                "heard_at": sensor.heard_at,
                "lag_seconds": sensor.lag_seconds,
                "records": sensor.records,
                "rejected": sensor.rejected,
                "document": written(sensor),
            }
            known = update(tables.sensors).where(tables.sensors.c.id == sensor.id[:120]).values(row)
            if connection.execute(known).rowcount == 0:
                connection.execute(insert(tables.sensors).values(id=sensor.id[:120], **row))


def sensors(database: Database) -> tuple[Sensor, ...]:
    """Give every sensor ever heard, by name.

    Raises:
        DatabaseError: they cannot be read.
        BadValueError: a document is damaged.
    """
    with database.read() as connection:
        rows = connection.execute(
            select(tables.sensors.c.id, tables.sensors.c.document).order_by(tables.sensors.c.id)
        ).all()
    return tuple(read_back(Sensor, row.document, where=f"sensors/{row.id}") for row in rows)
