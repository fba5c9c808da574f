import pytest

from cloison.enforce.credentials import credentials_of, place_of, wanted
from cloison.errors import DeviceError
from cloison.model.hospital import EnforcementPoint, EnforcementPointId

POINT = EnforcementPoint(id=EnforcementPointId("pare-feu/coeur"), driver="panos")


def write(folder, text, mode=0o600):
    path = place_of(POINT, folder)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def test_the_environment_comes_before_the_file(tmp_path, monkeypatch):
    write(tmp_path / "devices", "du fichier\nenable\n")
    found = credentials_of(POINT, tmp_path / "devices")
    assert (found.first, found.second) == ("du fichier", "enable")
    monkeypatch.setenv("CLOISON_SECRET_PARE_FEU_COEUR", "du milieu")
    assert credentials_of(POINT, tmp_path / "devices").first == "du milieu"


def test_a_point_is_no_path(tmp_path):
    assert place_of(POINT, tmp_path / "devices") == tmp_path / "secrets" / "pare-feu_coeur"


def test_what_others_may_read_is_refused(tmp_path):
    write(tmp_path / "devices", "mot", mode=0o640)
    with pytest.raises(DeviceError, match="chmod 600"):
        credentials_of(POINT, tmp_path / "devices")


def test_without_any_there_is_none_and_who_wants_one_is_told_where(tmp_path):
    assert credentials_of(POINT, tmp_path / "devices") is None
    with pytest.raises(DeviceError, match="secrets/pare-feu_coeur"):
        wanted(POINT, tmp_path / "devices")


def test_they_are_not_shown(tmp_path):
    write(tmp_path / "devices", "motdepasse\nautremot")
    assert "mot" not in repr(credentials_of(POINT, tmp_path / "devices"))
