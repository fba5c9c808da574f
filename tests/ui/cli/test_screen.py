import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ui.cli.screen import Screen, clean, print_json, progress


@given(st.text())
def test_no_text_from_a_log_commands_the_terminal(text):
    shown = clean(text)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def test_an_endless_name_is_cut():
    assert len(clean("a" * 60_000)) < 5_000


def test_markup_is_shown_as_it_is_written(capsys):
    Screen().line("[red]host[/red]")
    assert "[red]host[/red]" in capsys.readouterr().out


def test_a_long_line_wraps_under_its_indent(capsys):
    Screen().line("mot " * 60, indent=4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert all(line.startswith("    mot") for line in lines)


@pytest.mark.parametrize("before", range(90, 112, 3))
def test_no_line_breaks_at_a_no_break_space(capsys, before):
    Screen().line("x" * before + " «\u00a0mot\u00a0» 1\u202f640")
    shown = capsys.readouterr().out
    assert "«\u00a0mot\u00a0»" in shown
    assert "1\u202f640" in shown


def test_a_table_shows_every_cell(capsys):
    Screen().table(["Nom", "Nombre"], [["a[b]", "12"], ["c\x1b[31m", "3"]], numbers=[1])
    shown = capsys.readouterr().out
    assert "a[b]" in shown
    assert "\x1b[31m" not in shown


def test_json_survives_names_that_are_no_unicode(capsys):
    print_json({"name": "\udce9\x00"})
    assert json.loads(capsys.readouterr().out)["name"] == "\udce9\x00"


def test_no_progress_bar_is_drawn_when_nobody_looks(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress("Reading") as on_progress:
        on_progress(1, 2)
    assert capsys.readouterr() == ("", "")
