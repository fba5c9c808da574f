import pytest
from tests.ui.web.consoles import PASSWORD
from tests.ui.web.crisis_night import night

from cloison.model.people import Role

A = "/api/v1"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


def test_a_case_from_doubt_to_lessons_without_a_page(room):
    with room.browser() as garde, room.browser(Role.CRISIS_DIRECTOR) as director:
        opened = garde.post(f"{A}/cases", json={"what": "bureau", "chance": 0.7, "note": "appel"})
        assert opened.status_code == 201
        case = opened.json()["id"]
        at = f"{A}/cases/{case}"
        assert garde.post(f"{at}/plan").json()["planning"]
        room.desk.worker.finish(f"plan {case}")
        told = garde.get(at).json()
        best = next(choice for choice in told["choices"] if choice["name"] == "total-cut")
        conduit = next(iter(best["doors"]))
        assert garde.post(f"{at}/pins", json={"conduit": conduit, "wish": "open"}).json()["keep_open"] == [conduit]
        assert garde.post(f"{at}/pins", json={"conduit": conduit, "wish": "free"}).json()["keep_open"] == []
        garde.post(f"{at}/plan")
        room.desk.worker.finish(f"plan {case}")
        best = next(choice for choice in garde.get(at).json()["choices"] if choice["name"] == "total-cut")
        signature = {"choice": "total-cut", "seen": best["seen"], "secret": PASSWORD}
        first = garde.post(f"{at}/approvals", json=signature).json()
        assert [one["person"] for one in first["approvals"]] == ["A. Garde"]
        assert garde.delete(f"{at}/approvals").json()["approvals"] == []
        garde.post(f"{at}/approvals", json=signature)
        director.post(f"{at}/approvals", json=signature)
        room.still(case)
        doors = {door["conduit"]: door["progress"] for door in garde.get(at).json()["doors"]}
        assert set(doors.values()) == {"shut", "waiting"}
        point = next(iter(room.desk.look(case).life.waiting.values())).point.point.id
        garde.post(f"{at}/by-hand", json={"point": point})
        room.still(case)
        garde.post(f"{at}/openings", json={"stage": 0, "secret": PASSWORD})
        room.still(case)
        garde.post(f"{at}/resumption")
        room.still(case)
        assert garde.post(f"{at}/closing", json={"note": "exercice de test"}).json()["status"] == "closed"
        lessons = garde.get(f"{at}/lessons").json()
        assert lessons["doors_shut"] == len(doors)
        assert case in [one["id"] for one in garde.get(f"{A}/cases").json()]


def test_what_makes_no_sense_is_said_in_json(room):
    with room.browser() as garde:
        assert garde.get(f"{A}/cases/nowhere").json()["error"] == "unknown-id"
        refused = garde.post(f"{A}/cases", json={"what": "nowhere", "chance": 0.5})
        assert (refused.status_code, refused.json()["error"]) == (404, "unknown-id")
        assert garde.post(f"{A}/cases", json={"what": "a", "chance": 2}).status_code == 422


def test_a_doubt_can_be_changed(room):
    with room.browser() as garde:
        case = garde.post(f"{A}/cases", json={"what": "bureau", "chance": 0.4}).json()["id"]
        told = garde.post(f"{A}/cases/{case}/doubts", json={"what": "bureau", "chance": 0}).json()
        assert told["suspicion"] == {}
        garde.post(f"{A}/cases/{case}/closing", json={"note": "rien"})
