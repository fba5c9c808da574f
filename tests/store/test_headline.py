from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from cloison.store.database import Database
from cloison.store.headline import Headline, headline
from cloison.store.tables import cases

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


def test_the_headline_is_the_oldest_open_case_and_a_real_one_before_a_drill(tmp_path):
    database = Database.at(tmp_path)
    assert headline(database) is None
    rows = [("drill", 0, True, "open"), ("closed", 1, False, "closed"), ("later", 3, False, "open")]
    for name, hour, drill, status in rows:
        at = NOW + timedelta(hours=hour)
        with database.write("cases") as connection:
            row = {"opened_at": at, "changed_at": at, "drill": drill, "document": "{}", "status": status}
            connection.execute(insert(cases).values(id=name, **row))
    assert headline(database) == Headline(case="later", opened_at=NOW + timedelta(hours=3), drill=False)
