import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_an_alarm_reaches_the_mail_server_and_leaves_from_its_own_address(tmp_path):
    setting = setting_in(tmp_path)
    one = errand("mail", "dossier", "courrier", 25, draw=3)
    with standing(setting, "post") as (part,):
        assert lived(setting, one) == [0]
        assert "courrier" in (part.folder / "taken.jsonl").read_text()
    with pytest.raises(ConnectionError):
        lived(setting, one)


def test_applications_write_to_people(tmp_path):
    assert {one.source for one in drawn(setting_in(tmp_path), "mail")} == {"dossier"}
