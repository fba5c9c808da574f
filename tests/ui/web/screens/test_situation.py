import pytest
from tests.ui.web.crisis_night import night

from cloison.model.people import Role


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


def test_a_quiet_night_offers_to_open_a_case_to_who_may(room):
    with room.browser() as garde, room.browser(Role.READER) as reader:
        assert "Ouvrir un dossier" in garde.get("/").text
        assert "Ouvrir un dossier" not in reader.get("/").text


def test_a_doubt_opens_a_case_whose_clock_is_on_every_page(room):
    with room.browser() as garde:
        answer = garde.post("/situation", data={"what": "bureau", "chance": "0.7", "note": "écran étrange"})
        assert answer.status_code == 200
        case = answer.url.path.rpartition("/")[2]
        assert "T0" in garde.get("/main-courante").text
        assert "écran étrange" in garde.get("/main-courante").text
        room.desk.worker.finish(f"plan {case}")
        assert "heures de soins perdues" in garde.get("/").text
        garde.post(f"/situation/{case}/clore", data={"note": "fausse alerte"})
        page = garde.get("/").text
        assert "Aucun incident" in page
        assert "Dossiers précédents" in page


def test_a_doubt_on_what_the_map_does_not_have_is_refused_with_the_form(room):
    with room.browser() as garde:
        answer = garde.post("/situation", data={"what": "nowhere", "chance": "0.7"})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_without_a_map_the_first_page_says_to_bring_one(tmp_path):
    with night(tmp_path, mapped=False) as first, first.browser(Role.SECURITY_OFFICER) as browser:
        page = browser.get("/").text
        assert "/reglages/carte" in page
        for path in ("/soins", "/exercices", "/main-courante", "/reglages/portes", "/reglages/sondes"):
            assert browser.get(path).status_code == 200
