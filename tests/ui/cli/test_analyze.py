import json
import random
from contextlib import redirect_stdout
from gzip import compress
from io import StringIO

import pytest

from cloison.ui.cli.program import run


def analyzed(capsys, *arguments) -> dict:
    assert run(["analyze", *map(str, arguments), "--format", "json"]) in (0, 1)
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def document(shipped_day):
    with pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(StringIO()) as out:
        monkeypatch.chdir(shipped_day)
        code = run(["analyze", "logs", "--format", "json"])
    return {**json.loads(out.getvalue()), "exit code": code}


def test_the_intrusion_is_found_and_the_exit_code_asks_for_attention(document):
    assert document["exit code"] == 1
    shape = {"version", "window", "records", "sources", "refused", "rules", "incidents", "findings"}
    assert shape <= set(document)
    assert document["records"] == sum(source["records"] for source in document["sources"])
    for finding in document["findings"]:
        assert finding["first_seen"] <= finding["detected_at"] <= finding["last_seen"]
        assert 0 <= finding["confidence"] <= 1
        assert finding["evidence"]


def test_evidence_points_at_the_very_line(document, shipped_day):
    finding = document["findings"][0]
    for item in finding["evidence"]:
        line = (shipped_day / item["path"]).read_text().splitlines()[item["record"] - 1]
        assert any(host in line.split("\t") for host in finding["sources"])


def test_a_log_with_one_line_in_a_hundred_corrupted_is_read_and_counted(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    lines = (workshop / "logs" / "conn.log").read_text().splitlines(keepends=True)
    chance = random.Random(5)
    spoiled = 0
    for place, line in enumerate(lines):
        if not line.startswith("#") and chance.random() < 0.01:
            spoiled += 1
            lines[place] = line[: len(line) // 2].replace("\t", " ") + "\n"
    (workshop / "spoiled.log").write_text("".join(lines))
    document = analyzed(capsys, "spoiled.log")
    (source,) = document["sources"]
    assert source["rejected"] == spoiled
    assert source["records"] + spoiled == sum(not line.startswith("#") for line in lines)


def test_an_empty_folder_is_no_clean_bill_of_health(tmp_path, capsys):
    assert run(["analyze", str(tmp_path)]) == 3
    assert "nothing-read" in capsys.readouterr().err


def test_a_folder_of_pictures_is_refused_with_the_reasons(tmp_path, capsys):
    for number in range(3):
        (tmp_path / f"photo{number}.jpg").write_bytes(
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(random.Random(number).randbytes(4096))
        )
    assert run(["analyze", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert told.count("JPEG") == 3


def test_a_bomb_is_refused_and_the_other_files_are_read(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    piece = compress(bytes(1 << 24), 9)
    (workshop / "logs" / "bomb.log.gz").write_bytes(piece * 40)
    document = analyzed(capsys, "logs")
    assert [refusal["path"] for refusal in document["refused"]] == ["logs/bomb.log.gz"]
    assert document["records"] > 100_000


def test_no_alert_does_not_say_that_nobody_is_there(tmp_path, capsys):
    (tmp_path / "conn.log").write_text(
        "#separator \\x09\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
        "1772409600.1\tC1\t10.0.0.1\t4000\t10.0.0.2\t443\ttcp\tSF\n"
    )
    assert run(["analyze", str(tmp_path)]) == 0
    assert "Aucune alerte" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "format = 1\nname = \n", "format = 1\nname = 'x'\n[[zoone]]\n"])
def test_a_bad_map_stops_the_analysis(workshop, monkeypatch, capsys, text):
    monkeypatch.chdir(workshop)
    (workshop / "hospital.toml").write_text(text)
    assert run(["analyze", "logs"]) == 2
    assert "bad-map" in capsys.readouterr().err


def test_incidents_come_first_and_hold_every_alert_once(document, shipped_day, monkeypatch, capsys):
    monkeypatch.chdir(shipped_day)
    named = [name for incident in document["incidents"] for name in incident["findings"]]
    alerts = [finding["id"] for finding in document["findings"] if finding["confidence"] >= 0.5]
    assert sorted(named) == sorted(alerts)
    assert 1 <= len(document["incidents"]) < len(alerts)
    run(["analyze", "logs", "--lang", "en"])
    shown = capsys.readouterr().out
    assert shown.index("Intrusion spreading from") < shown.index(document["findings"][0]["id"])
