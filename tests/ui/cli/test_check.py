import json
from pathlib import Path

import pytest

from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def in_workshop(workshop, monkeypatch):
    monkeypatch.chdir(workshop)


@pytest.fixture
def certificate():
    assert run(["plan", "--suspect", "administration:0.6", "--certificate", "plan.json"]) == 0
    return "plan.json"


def test_a_plan_of_the_shipped_hospital_is_verified_without_the_solver(certificate, capsys):
    assert run(["check", certificate, "--map", "hospital.toml"]) == 0
    assert "vérifié sans le solveur" in capsys.readouterr().out


def test_a_figure_that_was_changed_is_told(certificate, capsys):
    document = json.loads(Path(certificate).read_text())
    document["claims"]["objective"] += 1.0
    Path(certificate).write_text(json.dumps(document))
    capsys.readouterr()
    assert run(["check", certificate, "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["true"], told["verified_best"]) == (False, False)
    assert "objective" in told["complaints"][0]


def test_a_bound_without_proof_needs_attention(certificate, capsys):
    document = json.loads(Path(certificate).read_text())
    document["proof"]["leaves"] = [{"box": {}, "weights": []}]
    Path(certificate).write_text(json.dumps(document))
    assert run(["check", certificate]) == 1
    assert "affirmation du solveur" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_refused(capsys):
    assert run(["check", "absent.json"]) == 2
    assert "missing-file" in capsys.readouterr().err
