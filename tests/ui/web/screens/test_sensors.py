from dataclasses import replace

import pytest
from tests.ops.test_crisis_reading import ANSWERED
from tests.store.test_cases import case_of
from tests.ui.web.crisis_night import night

from cloison.model.mute import Scope, mute
from cloison.model.people import Role
from cloison.model.sensor import Sensor
from cloison.ops.crisis_reading import READING
from cloison.ops.notifying import NOTIFYING
from cloison.store.mutes import keep_mutes, mutes_kept
from cloison.store.sensors import update_sensors


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


@pytest.fixture
def officer(room):
    with room.browser(Role.SECURITY_OFFICER) as browser:
        yield browser


def test_a_silent_sensor_cannot_be_missed(room, officer):
    assert "Rien ne surveille encore" in officer.get("/reglages/sondes").text
    heard = Sensor(id="/logs/conn", kind="zeek-tsv", last_record_at=None, heard_at=room.console.clock(), records=12)
    update_sensors(room.console.database, [heard, replace(heard, id="/logs/dns", quiet=True)])
    page = officer.get("/reglages/sondes").text
    assert "1 sonde ne dit plus rien" in page
    assert "muet" in page


def test_a_console_without_a_map_takes_logs_from_its_first_page(tmp_path):
    with night(tmp_path, mapped=False) as room:
        with room.browser(Role.ON_CALL) as browser:
            assert "L’administrateur ou le RSSI l’apporte" in browser.get("/").text
        with room.browser(Role.ADMINISTRATOR) as browser:
            for address in ("/", "/carte"):
                assert 'action="/reglages/sondes" enctype' in browser.get(address).text
            page = browser.post("/reglages/sondes", files=[("files", ("conn.log", ANSWERED))]).text
            assert "Ce qu’ils disent s’affichera ici tout seul" in page
            room.desk.worker.finish(READING)
            page = browser.get("/reglages/sondes").text
            assert "19 enregistrements lus" in page
            assert "Voir la carte et ses fuites" in page
            assert "10.9.0.0/24" in browser.get("/carte?vue=coupe").text


def test_devices_are_asked_when_somebody_wants_to_know(officer):
    assert "Personne n’a encore interrogé" in officer.get("/reglages/portes").text
    page = officer.post("/reglages/portes").text
    assert "armé" in page
    assert "à la main" in page


def test_what_was_called_normal_is_listed_and_taken_back(room, officer):
    assert "Rien n’a été jugé normal" in officer.get("/reglages/normal").text
    now = room.console.clock()
    finding = case_of().findings[0]
    decision = mute(finding, scope=Scope.PAIR, reason="inventaire", since=now, until=now.replace(year=now.year + 1))
    keep_mutes(room.console.home, [decision])
    assert "inventaire" in officer.get("/reglages/normal").text
    officer.post("/reglages/normal/retirer", data={"mute": decision.id})
    assert mutes_kept(room.console.home) == ()
    assert officer.post("/reglages/normal/retirer", data={"mute": "x"}).status_code == 404


def test_addresses_are_kept_and_never_shown_again(room, officer):
    secret = "json://user:motsecret@127.0.0.1/x"  # noqa: S105 - of nobody
    page = officer.post("/reglages/avis", data={"link": "https://console.example", "addresses": secret}).text
    assert "motsecret" not in page
    assert "1 adresse est prévenue" in page
    assert officer.post("/reglages/avis", data={"addresses": "nothing"}).status_code == 422
    assert NOTIFYING.of(room.console.database).urls == (secret,)
    assert "essai" in officer.post("/reglages/avis/essai").text
