import pytest
from tests.enforce.wards import hospital
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.store.hospital_file import save
from cloison.store.reads import reads_kept
from cloison.ui.web.app import make_app

PLACES = "/api/v1/map/places"


@pytest.fixture
def console(tmp_path):
    return live(tmp_path)


def test_places_are_given_as_the_page_shows_them_and_the_reading_is_kept(console):
    with serving(make_app(console)) as address, signed_in(address, session_of(console, Role.READER)) as browser:
        none = browser.get(PLACES)
        save(console.map, hospital())
        told = browser.get(PLACES, params={"find": "10.2.0.10"}).json()
        inside = browser.get(PLACES, params={"opened": ["zone:serveurs"], "at": 99_999}).json()
        wrong = browser.get(PLACES, params={"at": "soon"})
    assert none.status_code == 404
    assert {place["id"] for place in told["places"]} == {"zone:bureau", "zone:serveurs", "zone:soins", "zone:copies"}
    assert told["found"][0] == {"id": "asset:pacs", "around": ["zone:serveurs"]}
    assert {place["id"] for place in inside["places"]} - {place["id"] for place in told["places"]} == {"asset:pacs"}
    assert {(tie["from"], tie["to"]) for tie in told["ties"]} >= {("zone:bureau", "zone:serveurs")}
    assert (told["since"], told["steps"]) == (None, 0)
    assert wrong.status_code == 422
    assert {read.what for _, read in reads_kept(console.database)} == {"api/map/places"}
