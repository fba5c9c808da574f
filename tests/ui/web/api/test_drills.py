from dataclasses import replace
from datetime import timedelta

from tests.ui.web.crisis_night import night
from tests.ui.web.test_barriers import drill

from cloison.model.drill import DrillId
from cloison.store.drills import save_drill

D = "/api/v1/drills"


def test_exercises_are_read_and_one_that_cannot_begin_says_why(tmp_path):
    with night(tmp_path, mapped=False) as room, room.browser() as garde:
        assert {one["id"] for one in garde.get("/api/v1/scenarios").json()} >= {"nuit-rancongiciel"}
        assert garde.get(D).json() == {"running": False, "told": "", "drills": []}
        held = drill(incident_after=timedelta(hours=4), shut=4, proved=3)
        save_drill(room.console.database, replace(held, id=DrillId("d1")))
        barriers = {one["barrier"]: one["hole"] for one in garde.get(f"{D}/d1").json()["barriers"]}
        assert barriers["spread"] == 0.25
        assert garde.get(f"{D}/x").status_code == 404
        assert garde.post(D, json={"scenario": "x", "second": "B"}).status_code == 422
