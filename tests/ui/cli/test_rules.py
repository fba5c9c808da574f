import json

import pytest

from cloison.ui.cli.program import run

RULE = (
    "title: Made\nlogsource: {product: PRODUCT, category: process_creation}\ndetection: {a: {Image: b}, condition: a}\n"
)


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "good.yml").write_text(RULE.replace("PRODUCT", "windows"))
    (folder / "other.yml").write_text(RULE.replace("PRODUCT", "linux"))
    (folder / "bad.yml").write_text("title: [")
    return folder


@pytest.fixture
def log(tmp_path):
    event = {"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "pc", "Image": "b"}
    event |= {"EventTime": "2026-03-02 08:00:00", "SourceName": "Microsoft-Windows-Sysmon"}
    path = tmp_path / "events.json"
    path.write_text(json.dumps(event) + "\n")
    return path


def test_rules_are_counted_and_refusals_explained(rules, log, capsys):
    assert run(["analyze", str(log), "--rules", str(rules), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "rules looked for" in said
    assert "1 rule set aside" in said
    assert "1 rule refused: not valid YAML" in said


def test_json_lists_every_refusal(rules, log, capsys):
    assert run(["analyze", str(log), "--rules", str(rules), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert {(one["file"], one["elsewhere"]) for one in document["rules"]["refused"]} == {
        ("bad.yml", False),
        ("other.yml", True),
    }
    assert [finding["detector"] for finding in document["findings"]] == ["host-rules"]


def test_rules_that_are_not_there_are_a_mistake(log, tmp_path, capsys):
    assert run(["analyze", str(log), "--rules", str(tmp_path / "nowhere")]) == 2
    assert "missing-file" in capsys.readouterr().err
    assert run(["analyze", str(log), "--rules", str(log)]) == 2
    assert "no-rules" in capsys.readouterr().err
