import json
from datetime import timedelta

from tests.incident.test_suspicion import HOSPITAL, NOON, finding
from tests.model.test_mute import decided

from cloison.incident.incident import open_incidents
from cloison.ui.case_documents import incident_document, mutes_document, when
from cloison.ui.languages import Translator

WORDS = Translator("fr", "UTC")


def test_an_incident_is_plain_json_with_its_story_and_why_it_is_one():
    chain = [finding("10.1.0.5", "10.2.0.1", confidence=0.9), finding("10.2.0.2", confidence=0.9, minute=9)]
    (incident,) = open_incidents(chain, HOSPITAL, NOON + timedelta(hours=1))
    document = json.loads(json.dumps(incident_document(incident, WORDS), allow_nan=False))
    assert [step["finding"] for step in document["steps"]] == document["findings"] == [one.id for one in chain]
    assert document["joins"][0]["why"] == "SRV-FIC est atteint, puis agit"
    assert document["dwell_seconds"] == 0
    assert document["suspicion"]["zones"].keys() == {"bureaux", "serveurs"}


def test_a_decision_is_told_without_whoever_took_it():
    (one,) = mutes_document([decided(finding("10.1.0.5"))])["mutes"]
    assert set(one) == {
        "id",
        "finding",
        "scope",
        "detector",
        "technique",
        "sources",
        "targets",
        "reason",
        "since",
        "until",
    }


def test_moments_are_utc_and_absent_ones_null():
    assert (when(NOON), when(None)) == ("2026-03-02T12:00:00Z", None)
