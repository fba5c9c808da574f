from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from cloison.store.database import Database
from cloison.store.tables import metadata


def test_the_migrations_make_the_tables_that_the_code_declares(tmp_path):
    with Database.at(tmp_path).read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
