import json

import pytest

from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def in_workshop(workshop, monkeypatch):
    monkeypatch.chdir(workshop)


def test_the_map_says_what_to_mend_before_any_attack(capsys):
    assert run(["map", "--weaknesses"]) == 1
    shown = capsys.readouterr().out
    for words in ("Elle entre par", "épargne le plus de soins", "Points uniques", "sans mode dégradé"):
        assert words in shown


def test_the_same_as_data(capsys):
    assert run(["map", "--weaknesses", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["changes"]
    assert all(each["care_hours_saved"]["mean"] > 0 for each in found["changes"])
    assert all(len(each["services"]) > 1 for each in found["single_points"])
