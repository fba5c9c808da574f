from dataclasses import replace
from datetime import timedelta

import pytest
from tests.ui.web.crisis_night import night
from tests.ui.web.test_barriers import drill

from cloison.model.drill import DrillId
from cloison.model.people import Role
from cloison.store.drills import save_drill


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


def test_exercises_are_listed_read_as_slices_and_put_side_by_side(room):
    with room.browser() as garde:
        assert "Aucun exercice n’a encore été fait" in garde.get("/exercices").text
        held = drill(incident_after=timedelta(hours=4), shut=4, proved=3, sent=200, lost=2)
        for name in ("d1", "d2"):
            save_drill(room.console.database, replace(held, id=DrillId(name), name=f"Nuit {name}"))
        assert "Nuit d2" in garde.get("/exercices").text
        page = garde.get("/exercices/d1").text
        assert "3 portes sur 4 prouvées fermées" in page
        assert page.count("<circle") == 5
        assert "Nuit d1" in garde.get("/exercices/comparer?a=d1&b=d2").text
        assert garde.get("/exercices/comparer?a=d1&b=x").status_code == 404
        assert garde.get("/exercices/x").status_code == 404


def test_an_exercise_that_cannot_begin_says_why(room):
    with room.browser() as garde, room.browser(Role.READER) as reader:
        assert garde.post("/exercices", data={"scenario": "nuit-rancongiciel"}).status_code == 403
        assert garde.post("/exercices", data={"scenario": "x", "second": "B"}).status_code == 422
        assert "Commencer" not in reader.get("/exercices").text
        assert garde.get("/exercices/deroulement").status_code == 200
