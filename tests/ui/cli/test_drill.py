import pytest
from tests.ui.cli.wards import told, told_json

APPROVED = ("--approve", "A. Durand", "--second", "B. Martin")


@pytest.fixture
def here(workshop, monkeypatch):
    monkeypatch.chdir(workshop)
    return workshop


@pytest.mark.usefixtures("here")
def test_recorded_events_are_rehearsed_kept_listed_and_compared(capsys):
    code, said = told(capsys, "drill", "--dry-run", "--input", "logs/dce_rpc.log", *APPROVED)
    assert code == 0
    assert said.count("EXERCISE") == 2
    assert "plan approved" in said
    assert "given with the command" in said
    code, document = told_json(capsys, "drill", "--list")
    (held,) = document["drills"]
    assert (code, held["where"], held["scenario"]) == (0, "recorded", "dce_rpc.log")
    code, said = told(capsys, "drill", "--compare", held["id"], held["id"])
    assert (code, "approval to doors shut and tried" in said) == (0, True)


@pytest.mark.usefixtures("here")
def test_without_anybody_to_approve_no_exercise_begins(capsys):
    code, said = told(capsys, "drill", "--dry-run", "--input", "logs")
    assert (code, "not-approved" in said) == (2, True)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "words", [("--dry-run",), ("--input", "logs"), ("--list", "--scenarios"), ("--list", "--compare", "a", "b")]
)
def test_options_that_do_not_go_together_are_refused(capsys, words):
    code, said = told(capsys, "drill", *words)
    assert (code, "do not go together" in said) == (2, True)


@pytest.mark.usefixtures("here")
def test_the_scenarios_are_told_with_what_they_are_modelled_on(capsys):
    code, said = told(capsys, "drill", "--scenarios")
    assert code == 0
    assert "nuit-rancongiciel" in said
    assert "Corbeil" in said
    assert len(told_json(capsys, "drill", "--scenarios")[1]["scenarios"]) == 5


@pytest.mark.usefixtures("here")
def test_with_no_exercise_yet_the_list_says_how_to_begin(capsys):
    code, said = told(capsys, "drill", "--list")
    assert (code, "begin with cloison drill" in said) == (0, True)


@pytest.mark.usefixtures("here")
def test_an_unknown_scenario_is_refused_with_the_known_names(capsys):
    code, said = told(capsys, "drill", "absente", *APPROVED)
    assert (code, "compte-de-domaine" in said) == (2, True)
