"""A folder with a small map whose doors are in memory, and a plan for it."""

import json

import pytest
from tests.enforce.wards import BOTH, CARE_TO_SERVERS, hospital

from cloison.model.hospital import Level
from cloison.store.hospital_file import save
from cloison.ui.cli.program import run


def plan_file(path, levels):
    actions = [{"conduit": name, "level": level.value} for name, level in levels.items()]
    path.write_text(json.dumps({"actions": actions}))


@pytest.fixture
def ward(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "hospital.toml", hospital())
    plan_file(tmp_path / "plan.json", BOTH)
    plan_file(tmp_path / "dur.json", {CARE_TO_SERVERS: Level.CLOSED})
    return tmp_path


def told(capsys, *arguments):
    """Run a command; give its exit code and what it printed."""
    code = run([*arguments, "--lang", "en"])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def told_json(capsys, *arguments):
    code = run([*arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)
