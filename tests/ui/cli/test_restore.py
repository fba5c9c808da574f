import json

import pytest
from tests.enforce.wards import hospital

from cloison.store.database import Database
from cloison.store.hospital_file import save
from cloison.ui.cli.program import run


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOISON_PASSPHRASE", "cinq mots sans aucun rapport")
    save(tmp_path / "hospital.toml", hospital())
    Database.at(tmp_path / ".cloison").close()
    assert run(["backup", "kept", "--lang", "en"]) == 0
    return tmp_path


def test_a_backup_comes_back_elsewhere_and_not_over_what_is_there(kept, monkeypatch, capsys):
    assert run(["restore", "kept", "--map", "ailleurs/hospital.toml"]) == 0
    assert (kept / "ailleurs" / "hospital.toml").read_bytes() == (kept / "hospital.toml").read_bytes()
    capsys.readouterr()
    assert run(["restore", "kept"]) == 2
    assert "--force" in capsys.readouterr().err
    monkeypatch.setenv("CLOISON_PASSPHRASE", "une autre")
    assert run(["restore", "kept", "--map", "encore/hospital.toml"]) == 2
    assert "bad-backup" in capsys.readouterr().err


def test_what_is_replaced_is_told(kept, capsys):
    capsys.readouterr()
    assert run(["restore", "kept", "--force", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["logbook"]["whole"]
    assert [(kept / one).is_dir() for one in told["aside"]] == [True]
