import pytest

from cloison.ui.cli.options import language_of
from cloison.ui.cli.program import run


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], "fr"),
        (["plan", "--lang", "en"], "en"),
        (["--lang=en", "plan"], "en"),
        (["--lang", "xx"], "fr"),
        (["--lang"], "fr"),
    ],
)
def test_the_language_is_known_before_the_options_are_read(arguments, language):
    assert language_of(arguments) == language


def test_the_map_may_be_named_before_or_after_the_command(workshop, monkeypatch, capsys):
    (workshop / "hospital.toml").rename(workshop / "autre.toml")
    monkeypatch.chdir(workshop)
    assert run(["map"]) == 2
    assert "hospital.toml" in capsys.readouterr().err
    assert run(["--map", "autre.toml", "map"]) == 0
    before = capsys.readouterr().out
    assert run(["map", "--map", "autre.toml"]) == 0
    assert capsys.readouterr().out == before
