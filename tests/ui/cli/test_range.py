"""`cloison range`, as a person types it."""

import json

import pytest

from cloison.ui.cli.program import run


@pytest.fixture
def home(tmp_path):
    return ["--home", str(tmp_path), "--lang", "en"]


@pytest.mark.usefixtures("needs_range")
def test_up_says_when_it_is_ready_and_down_that_nothing_is_left(home, capsys):
    assert run(["range", "up", "--only-network", "--hours", "1", "--from", "8", "--speed", "2", *home]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Ready in ")
    for words in (
        "EXERCISE: CH de Val-Marenne",
        "it is 08:00 there, where time passes 2 times as fast",
        "no door shut",
    ):
        assert words in said
    assert run(["range", "up", "--only-network", *home]) == 3
    assert "runs here already" in capsys.readouterr().err
    assert run(["range", "down", *home]) == 0
    assert "The range has ended" in capsys.readouterr().out


def test_status_is_told_as_json_too(running_range, capsys):
    assert run(["range", "status", "--home", str(running_range.parent), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["running"], len(told["zones"])) == (1, True, 18)


def test_in_french_a_range_is_a_training_hospital(running_range, capsys):
    assert run(["range", "status", "--home", str(running_range.parent)]) == 0
    assert "à l’entraînement sur cette machine" in capsys.readouterr().out


def test_a_capture_says_how_many_packets_it_holds(running_range, tmp_path, capsys):
    file = tmp_path / "seen.pcap"
    home = ["--home", str(running_range.parent), "--format", "json"]
    assert run(["range", "capture", str(file), "--seconds", "1", *home]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(file)
    assert file.stat().st_size >= 24


@pytest.mark.parametrize("act", ["status", "down", "shell", "capture"])
def test_without_a_range_the_way_to_start_one_is_told(home, act, capsys):
    assert run(["range", act, *home]) == 3
    assert "cloison range up" in capsys.readouterr().err


def test_a_word_too_many_is_refused(home, capsys):
    assert run(["range", "down", "maintenant", *home]) == 2
    assert "maintenant" in capsys.readouterr().err
