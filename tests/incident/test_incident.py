from datetime import timedelta

from tests.incident.test_suspicion import HOSPITAL, NOON, finding

from cloison.incident.incident import open_incident


def test_an_incident_opens_at_the_first_detection():
    incident = open_incident([finding("10.2.0.1", minute=30), finding("10.1.0.5", minute=5)], HOSPITAL)
    assert incident.opened_at == NOON + timedelta(minutes=5)
    assert incident.first_act == NOON + timedelta(minutes=5)
    assert [len(incident.findings), len(incident.suspicion.zones)] == [2, 2]


def test_nothing_found_opens_nothing():
    incident = open_incident([], HOSPITAL)
    assert (incident.opened_at, incident.first_act, incident.findings) == (None, None, ())
