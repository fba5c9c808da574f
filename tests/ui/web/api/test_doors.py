from cloison.model.people import Role

A = "/api/v1"


def test_doors_and_points_are_told_and_looked_at(far):
    with far.room.browser(Role.ON_CALL) as garde:
        assert garde.get(f"{A}/doors").json() == {"version": 1, "cut_short_at": None, "doors": [], "left_out": []}
        assert garde.get(f"{A}/doors/stages").json() == {"version": 1, "stages": [[], [], []]}
        looked = garde.post(f"{A}/doors/health").json()
        assert {one["point"]: one["armed"] for one in looked["points"]} == {"coeur": True, "armoire": None}
        assert looked["drift"] == []
        assert garde.get(f"{A}/doors/health").json() == looked


def test_who_only_reads_does_not_reach_devices(far):
    with far.room.browser(Role.READER) as reader:
        assert [reader.get(f"{A}/doors{path}").status_code for path in ("", "/stages", "/health")] == [403, 200, 403]
