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


def test_a_command_of_this_machine_alone_says_so_where_a_server_is_named(capsys, monkeypatch):
    for words in (["demo"], ["serve"], ["learn", "logs"], ["analyze", "logs"], ["backup", "x"], ["range", "status"]):
        for options in (["--server", "https://console.example"], []):
            monkeypatch.setenv("CLOISON_SERVER", "" if options else "https://console.example")
            assert run([*words, *options]) == 2
            said = capsys.readouterr().err
            assert "[not-remote]" in said
            assert f"cloison {words[0]}" in said


def test_an_empty_server_is_this_machine(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("CLOISON_SERVER", "https://console.example")
    monkeypatch.chdir(tmp_path)
    assert run(["map", "--server", ""]) == 2
    assert "[missing-file]" in capsys.readouterr().err
    assert run(["--server", "", "mute", "--list"]) == 0


def test_a_server_is_named_before_or_after_the_command_never_in_clear_nor_with_a_password(capsys):
    for address in ("http://console.example", "https://a:secret@console.example", "console.example"):
        for words in (["--server", address, "map"], ["map", "--server", address]):
            assert run(words) == 2
            said = capsys.readouterr().err
            assert "[bad-value]" in said
            assert "secret" not in said
