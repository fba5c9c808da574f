import pytest
from sqlalchemy import text

from cloison.errors import DatabaseError
from cloison.store.database import Database


def test_a_database_that_is_up_to_date_is_opened_as_it_is(tmp_path):
    with Database.at(tmp_path).write("cases"):
        pass
    assert Database.at(tmp_path).revision() == 1


def test_a_database_of_a_newer_cloison_is_refused(tmp_path):
    with Database.at(tmp_path).write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer Cloison"):
        Database.at(tmp_path)
