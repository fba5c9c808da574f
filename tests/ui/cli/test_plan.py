import json

import pytest

from cloison.model.plan import PlanParameters
from cloison.ui.cli.program import run


@pytest.fixture(autouse=True)
def in_workshop(workshop, monkeypatch):
    monkeypatch.chdir(workshop)


def planned(capsys, *arguments) -> dict:
    assert run(["plan", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_plan_is_proved_and_better_than_nothing(capsys):
    plan = planned(capsys, "--suspect", "administration:0.9", "--suspect", "identite:0.4")
    assert plan["status"] == "optimal"
    assert plan["lower_bound"] <= plan["objective"] <= plan["without_sealing"]
    assert plan["gap"] == pytest.approx(0, abs=1e-6)
    assert {action["level"] for action in plan["actions"]} <= {"lifeline", "closed"}
    assert {"nothing", "optimal", "total-cut"} <= {alternative["name"] for alternative in plan["alternatives"]}


def test_the_text_says_where_to_go_and_what_it_costs(capsys):
    assert run(["plan", "--suspect", "administration"]) == 0
    shown = capsys.readouterr().out
    assert "Heures de soins perdues" in shown
    assert "Meilleur plan prouvé" in shown
    assert "pare-feu-coeur" in shown


def test_the_same_question_gets_the_same_answer(capsys):
    first, second = (planned(capsys, "--suspect", "administration:0.5", "--seed", "3") for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_alerts_in_logs_make_a_plan(capsys):
    plan = planned(capsys, "--traffic", "logs")
    assert plan["parameters"]["suspicion"]
    assert plan["actions"]


def test_pins_are_obeyed_and_told(capsys):
    free = planned(capsys, "--suspect", "administration")
    door = free["actions"][0]["conduit"]
    held = planned(capsys, "--suspect", "administration", "--keep-open", door)
    assert door not in {action["conduit"] for action in held["actions"]}
    assert held["parameters"]["keep_open"] == [door]
    assert held["objective"] >= free["objective"] - 1e-6


def test_an_earlier_plan_is_kept_while_it_is_good_enough(capsys, tmp_path):
    before = planned(capsys, "--suspect", "administration:0.6")
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(before))
    again = planned(capsys, "--suspect", "administration:0.6", "--previous", str(path))
    assert again["compared"]["kept"]
    assert again["actions"] == before["actions"]
    assert run(["plan", "--suspect", "pacs", "--suspect", "identite", "--previous", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "portes changent" in shown or "porte change" in shown


def test_where_to_look_first_is_said_when_something_is_unsure(capsys):
    assert run(["plan", "--suspect", "administration:0.5", "--suspect", "identite:0.5"]) == 0
    assert "Regardez d’abord" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--suspect", "administration", "--shut", "nulle-part"], "unknown-id"),
        (["--suspect", "nulle-part"], "unknown-id"),
        (["--suspect", "administration:2"], "bad-value"),
        ([], "bad-value"),
    ],
)
def test_an_impossible_question_is_refused(arguments, code, capsys):
    assert run(["plan", *arguments]) == 2
    assert code in capsys.readouterr().err


def test_the_defaults_are_those_of_the_design(capsys):
    parameters = planned(capsys, "--suspect", "administration")["parameters"]
    expected = PlanParameters(suspicion=())
    assert parameters["horizon_hours"] == expected.horizon_hours == 24
    assert parameters["seal_hours"] == expected.seal_hours == 12
    assert parameters["scenarios"] == expected.scenarios == 50


def test_a_plan_of_a_servers_map_is_the_one_made_there(far):
    def steady(run, *words):
        code, told, _ = run("plan", "--suspect", "bureau:0.7", "--format", "json", *words)
        return code, {**json.loads(told), "seconds": 0}

    assert steady(far.there) == steady(far.here)
    kept = ("--keep-open", "bureau>serveurs")
    assert steady(far.there, *kept) == steady(far.here, *kept)
    assert far.there("plan", "--suspect", "nowhere")[0] == far.here("plan", "--suspect", "nowhere")[0] == 2
