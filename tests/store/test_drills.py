import pytest
from tests.model.drills import drill

from cloison.errors import UnknownIdError
from cloison.store.database import Database
from cloison.store.drills import drills, load_drill, save_drill


@pytest.fixture
def database(tmp_path):
    opened = Database.at(tmp_path)
    yield opened
    opened.close()


def test_an_exercise_reads_back_as_it_was(database):
    save_drill(database, drill())
    assert load_drill(database, drill().id) == drill()


def test_the_latest_comes_first(database):
    for name in ("a", "b"):
        save_drill(database, drill(name))
    assert [one.id for one in drills(database)] == ["b", "a"]


def test_an_unknown_one_is_said(database):
    with pytest.raises(UnknownIdError, match="no such exercise"):
        load_drill(database, "absent")
