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
