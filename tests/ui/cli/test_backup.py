import json

import pytest
from tests.enforce.wards import hospital

from cloison.store.database import Database
from cloison.store.hospital_file import save
from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def lived(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOISON_PASSPHRASE", "cinq mots sans aucun rapport")
    save(tmp_path / "hospital.toml", hospital())
    Database.at(tmp_path / ".cloison").close()
    return tmp_path


def test_a_backup_is_written_and_told(capsys):
    assert run(["backup", "kept", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["secrets"], told["logbook"]["entries"]) == ("kept", False, 0)


def test_a_passphrase_that_is_too_short_makes_none(lived, monkeypatch, capsys):
    monkeypatch.setenv("CLOISON_PASSPHRASE", "court")
    assert run(["backup", "kept"]) == 2
    assert "phrase secrète" in capsys.readouterr().err
    assert not (lived / "kept").exists()


def test_a_home_that_is_not_there_is_told(capsys):
    assert run(["backup", "kept", "--home", "ailleurs"]) == 2
    assert "missing-file" in capsys.readouterr().err
