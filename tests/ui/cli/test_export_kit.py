import json
from hashlib import sha256

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


def test_what_is_on_the_key_lets_another_folder_go_on(lived, monkeypatch, capsys):
    assert run(["export-kit", "cle", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["files"]) == {one.name for one in (lived / "cle").iterdir()}
    for line in (lived / "cle" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert sha256((lived / "cle" / name).read_bytes()).hexdigest() == digest
    monkeypatch.chdir(lived / "cle")
    assert run(["restore", "cloison.sauvegarde"]) == 0
    assert (lived / "cle" / "hospital.toml").read_bytes() == (lived / "hospital.toml").read_bytes()


def test_without_a_map_there_is_no_key_to_make(lived, capsys):
    (lived / "hospital.toml").unlink()
    assert run(["export-kit", "cle"]) == 2
    assert "hospital.toml" in capsys.readouterr().err
