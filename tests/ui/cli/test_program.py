import pytest

from cloison.ui.cli.program import run


def test_without_a_word_the_program_shows_its_commands(capsys):
    assert run([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("demo", "analyze", "learn", "map", "plan"))


@pytest.mark.parametrize("command", ["demo", "analyze", "learn", "map", "plan"])
def test_every_command_has_help_with_an_example_in_both_languages(command, capsys):
    for language, example in (("fr", "Exemple :"), ("en", "Example:")):
        assert run([command, "--help", "--lang", language]) == 0
        assert f"{example} cloison {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["analyse"], ["analyze"], ["analyze", "--nope", "x"], ["plan", "--horizon", "soon"], ["plan", "--scenarios", "0"]],
)
def test_bad_usage_is_one_clear_error_and_exit_code_2(arguments, capsys):
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert "cloison" in told
    assert "Traceback" not in told
    assert not set(told.split()) & {"No", "Missing", "Invalid", "such"}


def test_a_missing_path_says_so_in_the_reader_s_language(capsys, tmp_path):
    assert run(["analyze", str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    english = capsys.readouterr().err
    assert run(["analyze", str(tmp_path / "nowhere")]) == 2
    french = capsys.readouterr().err
    assert "missing-file" in english
    assert "missing-file" in french
    assert english != french


def test_the_version_is_the_package_s(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cloison 0.")


def test_an_unexpected_fault_is_told_without_a_traceback(capsys, monkeypatch, tmp_path):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    log = tmp_path / "conn.log"
    log.write_text("x")
    monkeypatch.setattr("cloison.ui.cli.analyze.use_case.analyze", fail)
    assert run(["analyze", str(log)]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err
