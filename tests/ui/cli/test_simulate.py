import json

import pytest

from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def in_workshop(workshop, monkeypatch):
    monkeypatch.chdir(workshop)


def test_a_simulation_says_what_is_lost_who_is_reached_and_by_where(capsys):
    assert run(["simulate", "--suspect", "administration:0.7", "--runs", "200"]) == 0
    shown = capsys.readouterr().out
    for words in ("200 tirages sur 24 h", "Soins maintenus", "Compartiments atteints", "Activités de soins atteintes"):
        assert words in shown
    assert "Passages par où vient la perte" in shown


def test_a_plan_that_was_printed_is_played_and_drawn(capsys, tmp_path):
    assert run(["plan", "--suspect", "administration:0.7", "--format", "json"]) == 0
    plan = capsys.readouterr().out
    (tmp_path / "plan.json").write_text(plan)
    pictures = ["--plot", str(tmp_path / "care.svg"), "--front", str(tmp_path / "front.json")]
    asked = ["simulate", "--plan", str(tmp_path / "plan.json"), "--runs", "200", "--format", "json", *pictures]
    assert run(asked) == 0
    courses = {course["name"]: course for course in json.loads(capsys.readouterr().out)["courses"]}
    assert courses["optimal"]["passages_shut"] == len(json.loads(plan)["actions"])
    lost = {name: course["care_hours_lost"]["mean"] for name, course in courses.items()}
    assert lost["optimal"] < lost["nothing"]
    assert "Soins maintenus" in (tmp_path / "care.svg").read_text()
    assert len(json.loads((tmp_path / "front.json").read_text())["rows"]) == len(json.loads(plan)["alternatives"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "bad-value"),
        (["--suspect", "nulle-part"], "unknown-id"),
        (["--suspect", "administration", "--plot", "care.gif"], "bad-value"),
        (["--plan", "absent.json"], "missing-file"),
    ],
)
def test_an_impossible_question_is_refused(arguments, code, capsys):
    assert run(["simulate", *arguments]) == 2
    assert code in capsys.readouterr().err


def test_a_servers_map_is_played_as_it_is_there(far):
    far.alike("simulate", "--suspect", "bureau:0.7", "--runs", "50")
