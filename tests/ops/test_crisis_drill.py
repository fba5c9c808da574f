import sys
from dataclasses import replace
from threading import Event

import pytest
from tests.enforce.wards import hospital
from tests.ops.crisis_room import desk_at

from cloison.errors import BadValueError, NotApprovedError
from cloison.ops.crisis_desk import DRILLS
from cloison.ops.crisis_drill import DRILL, TOLD, begin_drill, hold, offered, told_so_far
from cloison.rehearse.shipped import shipped_map
from cloison.store.database import Database
from cloison.store.drills import drills
from cloison.store.hospital_file import load


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def begin(desk, name="nuit-rancongiciel", first="Anne D.", second="Brice M."):
    begin_drill(desk, desk.home / "hospital.toml", name, first=first, second=second, language="fr")


def test_scenarios_are_played_on_the_hospitals_own_map_when_it_has_what_they_name():
    with shipped_map() as path:
        known, ours = offered(load(path))
    assert ours
    assert {scenario.id for scenario in known} >= {"nuit-rancongiciel"}
    assert offered(hospital()) == (known, False)
    assert offered(None)[1] is False


def test_an_exercise_wants_a_scenario_that_is_offered_and_two_names(desk):
    with pytest.raises(BadValueError):
        begin(desk, name="--help")
    for first, second in (("Anne D.", " "), ("", "Brice M."), ("Anne D.", "--home"), ("Anne D.", "x" * 81)):
        with pytest.raises(NotApprovedError):
            begin(desk, first=first, second=second)
    assert not desk.worker.busy(DRILL)


def test_one_exercise_at_a_time(desk):
    gate = Event()
    desk.worker.start(DRILL, gate.wait)
    with pytest.raises(BadValueError, match="goes on"):
        begin(desk)
    gate.set()


HOLDER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.ui.web.test_barriers import drill
from cloison.store.database import Database
from cloison.store.drills import save_drill
database = Database.at(Path(sys.argv[1]))
save_drill(database, replace(drill(), id=sys.argv[2]))
database.close()
"""


def test_what_an_exercise_keeps_is_in_the_consoles_database_wherever_that_is(desk, tmp_path):
    elsewhere = replace(desk, database=Database(f"sqlite:///{tmp_path / 'elsewhere.db'}"))
    for name in ("a", "b"):
        hold(elsewhere, [sys.executable, "-c", HOLDER, str(tmp_path), name])
    assert told_so_far(tmp_path) == ""
    assert {drill.id for drill in drills(elsewhere.database)} == {"a", "b"}
    assert drills(desk.database) == ()
    elsewhere.database.close()


def test_what_an_exercise_tells_is_read_while_it_is_written(tmp_path):
    assert told_so_far(tmp_path) == ""
    (tmp_path / DRILLS).mkdir()
    (tmp_path / DRILLS / TOLD).write_bytes("EXERCICE · début\n".encode() + b"\xff")
    assert told_so_far(tmp_path).startswith("EXERCICE · début")
