import json

import pytest

from cloison.ui.cli.program import run


@pytest.fixture
def kept(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    assert run(["analyze", "logs/conn.log", "logs/dns.log", "--keep"]) in (0, 1)
    capsys.readouterr()
    return workshop


@pytest.mark.usefixtures("kept")
def test_the_past_is_searched_and_the_future_watched(capsys):
    source = json.loads(_out(capsys, ["analyze", "logs/conn.log", "--format", "json"])[1])["findings"][0]["sources"][0]
    code, shown = _out(capsys, ["search", source, "203.0.113.0/30", "--lang", "en"])
    assert (code, "hours of history looked at" in shown, source in shown) == (1, True, True)
    code, document = _out(capsys, ["search", source, "--format", "json", "--watch"])
    found = json.loads(document)
    assert (code, found["watched"], found["found"] >= len(found["hits"])) == (1, 1, True)
    assert all(source in (hit["src"], hit["dst"]) and hit["records"] > 0 for hit in found["hits"])
    code, document = _out(capsys, ["analyze", "logs/conn.log", "--format", "json"])
    assert any(one["detector"] == "watchlist" for one in json.loads(document)["findings"])
    assert _out(capsys, ["search", source, "--unwatch"]) == (0, "0 indicateur est surveillé\n")


@pytest.mark.usefixtures("kept")
def test_the_exit_code_says_what_came_of_it(capsys):
    codes = {
        "search never.example": 0,
        "search --pattern never*seen*": 0,
        "search 10.0.0.0/99": 2,
        "search": 2,
        "search --pattern *": 2,
        "search evil.example --from hier": 2,
        "search evil.example --from 2031-01-01": 3,
        "search evil.example --home vide": 3,
        "search --file absent.txt": 2,
    }
    assert {line: _out(capsys, line.split())[0] for line in codes} == codes


def _out(capsys, arguments):
    code = run(arguments)
    return code, capsys.readouterr().out
