import pytest
from tests.ui.web.crisis_night import night

from cloison.model.people import Role

MAP = 'format = 1\nname = "CH"\n[[zone]]\nid = "a"\nname = "A"\nkind = "office"\n'


@pytest.fixture
def room(tmp_path):
    with night(tmp_path, mapped=False) as made:
        yield made


def send(browser, text, note=""):
    return browser.post("/reglages/carte", data={"note": note}, files={"file": ("hospital.toml", text.encode())})


def test_a_map_is_brought_each_version_can_be_read_and_taken_up_again(room):
    with room.browser(Role.SECURITY_OFFICER) as officer:
        assert "Importer la carte" in officer.get("/reglages/carte").text
        assert "La carte est en place" in send(officer, MAP, "première").text
        send(officer, MAP.replace('"A"', '"AA"'))
        assert "Modifications" in officer.get("/reglages/carte/2").text
        officer.post("/reglages/carte/1")
        assert room.console.map_on_disk.hospital().zones[0].name == "A"
        assert officer.get("/reglages/carte/99").status_code == 404


def test_each_mistake_is_told_by_its_line_and_nothing_changes(room):
    with room.browser(Role.SECURITY_OFFICER) as officer:
        send(officer, MAP)
        answer = send(officer, MAP.replace("office", "offices"))
        assert answer.status_code == 422
        assert ">6</th>" in answer.text
        assert room.console.map_on_disk.hospital().zones[0].kind == "office"
        assert officer.post("/reglages/carte").status_code == 422


def test_a_map_that_was_broken_by_hand_is_told_on_the_page(room):
    (room.console.home / "hospital.toml").write_text("zone = 3", encoding="utf-8")
    with room.browser(Role.SECURITY_OFFICER) as officer:
        assert 'role="alert"' in officer.get("/reglages/carte").text
