from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.incident.test_suspicion import HOSPITAL, finding

from cloison.incident.incident import open_incidents
from cloison.ui.cli.incidents import STEPS, show_incident
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator

NOW = datetime(2026, 3, 9, tzinfo=UTC)


def shown(capsys, findings, language="fr"):
    for incident in open_incidents(findings, HOSPITAL, NOW):
        show_incident(Screen(), incident, Translator(language, "UTC"))
    return capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ")


def chain(many=3):
    return [
        finding("10.1.0.5", "10.2.0.1", confidence=0.9, detector=f"d{place}", minute=place) for place in range(many)
    ]


def test_the_story_is_told_in_french_in_the_order_of_time(capsys):
    text = shown(capsys, [*chain(), finding("10.1.0.5", confidence=0.3, detector="notice")])
    assert "Intrusion qui se propage depuis 10.1.0.5 : 2 machines suspectes" in text
    assert "première alerte (T0) le 2 mars 2026 12:00, moins d’une minute après le premier acte" in text
    assert "machines suspectes : 10.1.0.5, SRV-FIC" in text
    assert text.index("12:01") < text.index("12:02")
    assert "[T1021.002, propagation]" in text
    assert "1 indice va dans ce sens" in text


def test_a_long_story_is_cut_and_says_so(capsys):
    text = shown(capsys, chain(STEPS + 5), "en")
    assert "and 5 more" in text


@pytest.mark.parametrize(
    ("dwell", "words"),
    [(timedelta(minutes=7), "7 minutes"), (timedelta(hours=9), "9 hours"), (timedelta(days=11), "11 days")],
)
def test_dwell_is_told_in_the_unit_that_fits(capsys, dwell, words):
    one = finding("10.1.0.5", confidence=0.9)
    text = shown(capsys, [replace(one, first_seen=one.detected_at - dwell)], "en")
    assert f"{words} after the first act" in text
