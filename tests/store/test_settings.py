from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from cloison.errors import BadValueError
from cloison.store.database import Database
from cloison.store.settings import LOCKING, ON_CALL, Locking, OnCall
from cloison.store.tables import settings

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


def test_a_setting_is_as_usual_until_somebody_says_otherwise(tmp_path):
    database = Database.at(tmp_path)
    assert LOCKING.of(database) == Locking()
    LOCKING.change(database, Locking(idle_minutes=3), by="A. Durand", now=NOW)
    LOCKING.change(database, Locking(idle_minutes=5), by="A. Durand", now=NOW)
    assert LOCKING.of(Database.at(tmp_path)) == Locking(idle_minutes=5)
    assert ON_CALL.of(database) == OnCall()


def test_what_is_no_such_setting_is_refused(tmp_path):
    database = Database.at(tmp_path)
    with pytest.raises(BadValueError, match="cannot have this value"):
        LOCKING.parse({"idle_minutes": "soon"})
    assert LOCKING.parse({"idle_minutes": 4}) == Locking(idle_minutes=4)
    LOCKING.change(database, Locking(), by="A", now=NOW)
    with database.write() as connection:
        connection.execute(update(settings).values(document='{"unknown": 1}'))
    with pytest.raises(BadValueError, match="cannot have this value"):
        LOCKING.of(database)
