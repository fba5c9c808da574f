from tests.ui.web.crisis_night import night

C = "/api/v1/care"


def test_a_care_service_is_declared_counted_and_described(tmp_path):
    with night(tmp_path) as room, room.browser() as garde:
        service = garde.get(C).json()[0]["service"]
        told = garde.post(f"{C}/{service}/state", json={"state": "stopped", "note": "panne"}).json()
        assert (told[0]["service"], told[0]["state"], told[0]["declared"]["note"]) == (service, "stopped", "panne")
        garde.post(f"{C}/{service}/forms", json={"name": "Bon", "count": 12, "place": "placard"})
        told = garde.post(f"{C}/{service}/state", json={}).json()
        mine = next(one for one in told if one["service"] == service)
        assert (mine["state"], mine["forms"][0]["count"]) == ("normal", 12)
        assert garde.put(f"{C}/{service}/procedure", json={"text": "classeur"}).status_code == 200
        assert garde.post(f"{C}/nowhere/state", json={}).status_code == 404


def test_without_a_map_it_is_said(tmp_path):
    with night(tmp_path, mapped=False) as room, room.browser() as garde:
        assert garde.get(C).status_code == 422
