import pytest
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load, parse
from cloison.store.reads import reads_kept
from cloison.ui.web.app import make_app


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


def test_the_map_is_given_as_its_file_and_the_reading_is_kept(console):
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.READER)) as browser:
        none = browser.get("/api/v1/map")
        assert none.status_code == 404
        assert none.json()["error"] == "missing-file"
        with shipped_map() as path:
            console.map.write_bytes(path.read_bytes())
        given = browser.get("/api/v1/map")
    assert given.headers["content-type"].startswith("application/toml")
    assert parse(given.text, "map") == load(console.map)
    assert [read.what for _, read in reads_kept(console.database)] == ["api/map", "api/map"]


def test_a_map_replaces_another_whole_or_not_at_all(console):
    good, other = ('format = 1\nname = "CH de l’Exemple"\n', 'format = 1\nname = "CH Voisin"\n')
    officer = session_of(console, Role.SECURITY_OFFICER)
    with serving(make_app(console)) as address, signed_in(address, officer) as browser:
        toml = {"Content-Type": "application/toml"}
        assert browser.put("/api/v1/map", content=good, headers=toml).json()["name"] == "CH de l’Exemple"
        refused = browser.put("/api/v1/map", content="name = 3", headers=toml)
        assert (refused.status_code, refused.json()["error"]) == (422, "bad-map")
        assert browser.get("/api/v1/map").text == good
        assert browser.put("/api/v1/map?note=voisin", content=other, headers=toml).status_code == 200
        assert [one["note"] for one in browser.get("/api/v1/map/versions").json()] == ["voisin", ""]
        assert browser.get("/api/v1/map/versions/2").json()["lines"]
        assert browser.post("/api/v1/map/versions/1").json()["name"] == "CH de l’Exemple"
        assert browser.get("/api/v1/map/versions/9").status_code == 404
        known = browser.get("/api/v1/map/leaks").json()
    assert known == {"version": 1, "until": None, "leaks": [], "unjudged": []}
    assert console.map.read_text() == good
