from dataclasses import replace

from tests.ops.test_watching_cases import finding

from cloison.model.finding import Evidence
from cloison.ui.cli.alerts import show_alert
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator
from cloison.words import say


def shown(capsys, alert, **asked):
    show_alert(Screen(), alert, {0: "conn.log"}, Translator("en", "UTC"), **asked)
    return capsys.readouterr().out.splitlines()


def test_an_alert_tells_what_it_is_how_sure_its_name_and_its_records(capsys):
    proofs = tuple(Evidence(origin=place % 2, record=place, note=say("no answer")) for place in (4, 7, 9))
    alert = replace(finding(), evidence=proofs)
    lines = shown(capsys, alert, quoted=2)
    assert lines[1].endswith("10.0.0.1 looks for machines")
    assert lines[2:] == [
        "  it called many",
        "  T1021.002, confidence 0.90, from 2 March 2026 12:00 to 2 March 2026 12:00",
        f"  alert {alert.id}, by scan",
        "  conn.log:4  no answer",
        "  ?:7  no answer",
    ]


def test_it_is_set_in_as_far_as_asked(capsys):
    lines = shown(capsys, finding(), quoted=0, indent=2)
    assert [len(line) - len(line.lstrip()) for line in lines[1:]] == [2, 4, 4, 4]
