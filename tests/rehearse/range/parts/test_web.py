import http.client
import ssl
from contextlib import closing

import pytest
from tests.rehearse.range.furnished import errand, lived, setting_in, standing

from cloison.rehearse.range.parts.pacs import REST
from cloison.rehearse.range.parts.web import PATIENTS, Pictures, Record


def test_the_record_opens_to_who_logged_on_and_keeps_what_is_prescribed(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "web"), closing(browser(setting)) as line:
        assert status(line, "GET", "/patients/4") == 401
        user = setting.people[0]
        assert status(line, "POST", "/connexion", f"identifiant={user.name}&mot_de_passe=faux") == 401
        line.request("POST", "/connexion", f"identifiant={user.name}&mot_de_passe={user.password}")
        answer = line.getresponse()
        answer.read()
        cookie = {"Cookie": answer.getheader("Set-Cookie").split(";")[0]}
        assert answer.status == 200
        assert status(line, "POST", "/patients/4", "produit=exemplamine", cookie) == 201
        line.request("GET", "/patients/4", headers=cookie)
        assert b"exemplamine" in line.getresponse().read()
        assert status(line, "GET", f"/patients/{PATIENTS + 1}", headers=cookie) == 404


def browser(setting):
    context = ssl.create_default_context(cafile=setting.authority)
    return http.client.HTTPSConnection(setting.host("dossier").address, setting.port(443), context=context, timeout=5)


def status(line, method, path, body=None, headers=None):
    line.request(method, path, body, headers or {})
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_patients_are_invented_and_stay_the_same(tmp_path):
    first, again = Record(str(tmp_path / "a")), Record(str(tmp_path / "b"))
    assert first.page(7) == again.page(7)
    assert "EXERCICE-0007" in first.page(7)
    assert first.page(0) is None


def test_the_last_image_is_the_archives_and_a_silent_archive_is_told(tmp_path):
    setting = setting_in(tmp_path)
    archive = f"http://{setting.host('pacs').address}:{setting.port(REST)}"
    with standing(setting, "pacs"):
        assert Pictures(archive).last() == b""
        exam = errand("images", "scanner", "pacs", 104, sort="US", rows=32, columns=32, patient=3)
        assert lived(setting, exam) == [0]
        assert Pictures(archive).last().startswith(b"\x89PNG")
    with pytest.raises(OSError, match="refused"):
        Pictures(archive).last()
