import json
from shutil import copy

import pytest

from cloison.rehearse.shipped import shipped_map
from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_kit_is_printed_for_its_owner_alone(folder, capsys):
    with shipped_map() as path:
        copy(path, "hospital.toml")
    assert run(["kit", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["exercise"], told["care_services"]) == ("cloison-kit.pdf", True, 24)
    assert (folder / "cloison-kit.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "cloison-kit.pdf").stat().st_mode & 0o077 == 0


def test_without_a_map_there_is_nothing_to_print(capsys):
    assert run(["kit"]) == 2
    assert "missing-file" in capsys.readouterr().err
