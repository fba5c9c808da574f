import pytest
from tests.ui.web.crisis_night import night

from cloison.model.people import Role


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


@pytest.fixture
def service(room):
    return room.console.map_on_disk.hospital().care_services[0]


def test_a_state_declared_by_somebody_there_is_shown_with_the_care_that_is_left(room, service):
    with room.browser() as garde:
        assert "Toutes les activités sont normales" in garde.get("/soins").text
        page = garde.post(f"/soins/{service.id}", data={"state": "stopped", "note": "plus de courant"}).text
        assert "plus de courant" in page
        assert "data-series" in page
        garde.post(f"/soins/{service.id}", data={"state": "back"})
        assert "Toutes les activités sont normales" in garde.get("/soins").text


def test_paper_and_procedures_are_kept(room, service):
    with room.browser() as garde:
        garde.post(f"/soins/{service.id}/formulaires", data={"name": "Bon bleu", "left": "40", "place": "placard"})
        page = garde.post(f"/soins/{service.id}/procedure", data={"text": "classeur rouge"}).text
        assert "Bon bleu" in page
        assert "classeur rouge" in page
        assert garde.post(f"/soins/{service.id}/formulaires", data={"name": "", "left": "1"}).status_code == 422
        assert garde.post("/soins/nowhere", data={"state": "normal"}).status_code == 404


def test_a_reader_only_reads(room, service):
    with room.browser(Role.READER) as reader:
        assert f'action="/soins/{service.id}"' not in reader.get("/soins").text
