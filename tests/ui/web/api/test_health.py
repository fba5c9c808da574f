from cloison.model.people import Role
from cloison.ops.kit import kit_file

A = "/api/v1"


def test_who_is_told_is_kept_and_never_shown_again(far):
    with far.room.browser(Role.SECURITY_OFFICER) as officer:
        way = "json://user:motdepasse@127.0.0.1:1"
        told = officer.put(f"{A}/notices/ways", json={"addresses": [way], "link": "https://console.example"})
        assert told.json() == {"version": 1, "link": "https://console.example", "ways": ["json"]}
        more = officer.put(f"{A}/notices/ways", json={"addresses": ["xml://127.0.0.1:1"], "keep": True})
        assert more.json()["ways"] == ["json", "xml"]
        assert "motdepasse" not in officer.get(f"{A}/notices/ways").text
        refused = officer.put(f"{A}/notices/ways", json={"addresses": ["no address"]})
        assert (refused.status_code, refused.json()["where"]) == (422, "addresses:1")
        assert officer.put(f"{A}/notices/ways", json={"addresses": []}).json()["ways"] == []


def test_a_trial_is_queued_and_seen_in_the_status(far):
    with far.room.browser(Role.SECURITY_OFFICER) as officer:
        assert officer.post(f"{A}/notices/trial").status_code == 202
        notices = officer.get(f"{A}/status").json()["notices"]
        assert ("trial", "waiting") in {(one["kind"], one["status"]) for one in notices}


def test_the_kit_is_given_as_it_was_made(far):
    with far.room.browser(Role.READER) as reader:
        assert reader.get(f"{A}/kit").json()["error"] == "missing-file"
        path = kit_file(far.room.console.home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7 essai")
        try:
            given = reader.get(f"{A}/kit")
        finally:
            path.unlink()
        assert (given.headers["content-type"], given.content) == ("application/pdf", b"%PDF-1.7 essai")
