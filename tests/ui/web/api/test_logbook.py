from tests.ui.web.crisis_night import night

L = "/api/v1/logbook"


def test_lines_are_written_corrected_found_and_checked(tmp_path):
    with night(tmp_path, mapped=False) as room, room.browser() as garde:
        assert garde.post(L, json={"text": "câble retiré à 02:50"}).status_code == 201
        second = garde.post(L, json={"text": "à 02:52", "corrects": 1}).json()
        assert (second["number"], second["corrects"], second["author"]) == (2, 1, "A. Garde")
        assert [one["number"] for one in garde.get(L).json()] == [2, 1]
        assert [one["number"] for one in garde.get(L, params={"text": "câble"}).json()] == [1]
        assert garde.get(L, params={"by": "machine"}).json() == []
        assert garde.get(f"{L}/chain").json() == {"entries": 2, "broken_at": None, "hash": second["hash"]}
        assert garde.post(L, json={"text": " "}).status_code == 422
        assert garde.post(L, json={"text": "a", "corrects": 99}).status_code == 404
