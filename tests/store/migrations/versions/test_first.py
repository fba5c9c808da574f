from sqlalchemy import inspect

from cloison.store.database import Database
from cloison.store.tables import metadata


def test_the_first_migration_makes_every_table_from_nothing(tmp_path):
    with Database.at(tmp_path).read() as connection:
        made = set(inspect(connection).get_table_names())
    assert made == {*metadata.tables, "alembic_version"}
