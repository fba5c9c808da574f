import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from cloison.ui.cli.program import run

SOON = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"


def out(capsys, *arguments):
    code = run(list(arguments))
    return code, capsys.readouterr().out


@pytest.fixture(scope="module")
def before(shipped_day):
    with pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(StringIO()) as said:
        monkeypatch.chdir(shipped_day)
        run(["analyze", "logs/conn.log", "--format", "json"])
    return json.loads(said.getvalue())


@pytest.fixture
def alert(before, workshop, monkeypatch):
    monkeypatch.chdir(workshop)
    return next(item for item in before["findings"] if item["confidence"] >= 0.5)


def analysed(capsys):
    return json.loads(out(capsys, "analyze", "logs/conn.log", "--format", "json")[1])


def test_an_alert_called_normal_stays_listed_and_opens_nothing(before, alert, capsys):
    code, said = out(
        capsys, "mute", alert["id"], "logs/conn.log", "--reason", "audit prévu", "--until", SOON, "--lang", "en"
    )
    assert (code, said.startswith("Muted: ")) == (0, True)
    after = analysed(capsys)
    (hidden,) = [item for item in after["findings"] if item["muted"]]
    assert (hidden["id"], hidden["muted"]["reason"], hidden["muted"]["scope"]) == (alert["id"], "audit prévu", "pair")
    assert [item["id"] for item in after["findings"]] == [item["id"] for item in before["findings"]]
    assert all(alert["id"] not in incident["findings"] for incident in after["incidents"])
    shown = out(capsys, "analyze", "logs/conn.log", "--lang", "en")[1]
    assert "1 muted alert" in shown
    assert "audit prévu" in shown


def test_what_is_muted_is_listed_and_taken_back(alert, capsys):
    out(capsys, "mute", alert["id"], "logs/conn.log", "--reason", "audit", "--until", SOON, "--scope", "host")
    _, text = out(capsys, "mute", "--list", "--format", "json")
    (one,) = json.loads(text)["mutes"]
    assert (one["scope"], one["finding"]) == ("host", alert["id"])
    assert "1 mise en sourdine" in out(capsys, "mute", "--list")[1]
    assert out(capsys, "mute", "--remove", one["id"])[0] == 0
    assert not any(item["muted"] for item in analysed(capsys)["findings"])


def test_a_bad_request_is_refused_with_its_reason(alert, capsys):
    lines = [
        ["mute"],
        ["mute", alert["id"], "logs/conn.log", "--reason", "audit"],
        ["mute", alert["id"], "logs/conn.log", "--until", SOON],
        ["mute", alert["id"], "logs/conn.log", "--reason", "audit", "--until", "2019-01-01"],
        ["mute", alert["id"], "logs/conn.log", "--reason", "audit", "--until", "jamais"],
        ["mute", "zzzz", "logs/conn.log", "--reason", "audit", "--until", SOON],
        ["mute", "--remove", "zzzz"],
    ]
    assert [run(line) for line in lines] == [2] * len(lines)
    assert "Traceback" not in capsys.readouterr().err
