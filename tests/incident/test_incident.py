from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import HOSPITAL, NOON, finding

from cloison.incident.hosts import Hosts
from cloison.incident.incident import open_incident, open_incidents


def test_an_incident_opens_at_the_first_detection():
    incident = open_incident([finding("10.2.0.1", minute=30), finding("10.1.0.5", minute=5)], HOSPITAL)
    assert incident.opened_at == NOON + timedelta(minutes=5)
    assert incident.first_act == NOON + timedelta(minutes=5)
    assert [len(incident.findings), len(incident.suspicion.zones)] == [2, 2]


def test_a_clue_before_the_first_alert_does_not_start_the_clock():
    clue, first = finding("10.1.0.5", confidence=0.3), finding("10.1.0.5", minute=9, detector="b")
    assert open_incident([clue, first], HOSPITAL).opened_at == first.detected_at
    assert open_incident([clue], HOSPITAL).opened_at == clue.detected_at


def test_nothing_found_opens_nothing():
    incident = open_incident([], HOSPITAL)
    assert (incident.opened_at, incident.first_act, incident.findings) == (None, None, ())


def alert(source, *targets, **more):
    return finding(source, *targets, **{"confidence": 0.9, **more})


def opened(*findings, hospital=HOSPITAL, days=0, muted=(), hosts=None):
    now = max(item.last_seen for item in findings) + timedelta(days=days)
    return open_incidents(findings, hospital, now, muted=muted, hosts=hosts)


def test_an_intrusion_that_moves_is_one_incident():
    chain = [
        alert("10.1.0.5", technique="T1046", detector="scan"),
        alert("10.1.0.5", "10.1.0.6", minute=20),
        alert("10.1.0.6", "10.2.0.1", minute=600),
        alert("10.2.0.2", "198.51.100.7", technique="T1048", minute=5000),
    ]
    (incident,) = opened(*chain)
    assert list(incident.findings) == [item.id for item in chain]
    assert len(incident.joins) == 3
    assert [step.technique for step in incident.steps] == ["T1046", "T1021.002", "T1021.002", "T1048"]
    assert str(incident.title) == "Intrusion spreading from 10.1.0.5: 3 suspect machines"


def test_unrelated_alerts_stay_apart():
    one, other = opened(alert("10.1.0.5", minute=0), alert("10.2.0.77", minute=60 * 24))
    assert {len(one.findings), len(other.findings)} == {1}


def test_the_names_and_addresses_of_one_machine_are_one():
    names = Hosts(None, owners={"10.1.0.5": "pc-12"})
    assert len(opened(alert("10.1.0.5"), alert("PC-12.chu.example", detector="b"), hospital=None, hosts=names)) == 1
    assert len(opened(alert("10.1.0.5"), alert("PC-12.chu.example", detector="b"), hospital=None)) == 2


def test_a_clue_supports_an_incident_and_opens_none():
    clue = finding("10.1.0.5", confidence=0.3, detector="notice", minute=3)
    stranger = finding("10.1.0.99", confidence=0.3, detector="notice")
    (incident,) = opened(alert("10.1.0.5"), clue, stranger)
    assert incident.support == (clue.id,)
    assert clue.id not in incident.findings
    assert opened(clue, stranger) == ()


def test_a_clue_raises_the_suspicion_of_the_incident_it_supports():
    (alone,) = opened(alert("10.1.0.5", confidence=0.6))
    (supported,) = opened(alert("10.1.0.5", confidence=0.6), finding("10.1.0.5", confidence=0.3, detector="notice"))
    assert supported.score > alone.score


def test_a_muted_alert_opens_nothing_but_still_weighs_a_little():
    one, other = alert("10.1.0.5"), alert("10.1.0.5", detector="b", minute=5)
    assert opened(one, muted=[one.id]) == ()
    (incident,) = opened(one, other, muted=[one.id])
    assert (incident.findings, incident.support) == ((other.id,), (one.id,))


def test_a_score_fades_by_half_each_week_without_news():
    fresh, later = opened(alert("10.1.0.5"))[0], opened(alert("10.1.0.5"), days=7)[0]
    assert later.score == pytest.approx(fresh.score / 2)
    assert later.id == fresh.id


def test_an_incident_keeps_its_name_while_it_grows():
    first = alert("10.1.0.5")
    (small,), (grown,) = opened(first), opened(first, alert("10.1.0.5", detector="b", minute=99))
    assert small.id == grown.id


def test_an_attack_from_outside_is_an_incident_though_it_accuses_none_of_ours():
    (incident,) = opened(alert("198.51.100.7", "10.2.0.1", technique="T1046"))
    assert (str(incident.title), incident.suspicion.assets, incident.score) == ("Attack from 198.51.100.7", (), 0.9)


def test_the_most_probable_comes_first():
    scores = [item.score for item in opened(alert("10.1.0.5", confidence=0.6), alert("10.2.0.77", minute=3000))]
    assert scores == sorted(scores, reverse=True)


FINDINGS = st.builds(
    finding,
    st.sampled_from(["10.1.0.5", "10.1.0.6", "10.2.0.1", "198.51.100.7", "srv-fic"]),
    st.sampled_from(["10.1.0.6", "10.2.0.1", "10.2.0.2", "198.51.100.7"]),
    confidence=st.sampled_from([0.2, 0.6, 0.9]),
    technique=st.sampled_from(["T1046", "T1021.002", "T1071"]),
    detector=st.sampled_from("abc"),
    minute=st.integers(0, 20_000),
)


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=8, unique_by=lambda item: item.id), st.randoms(use_true_random=False))
def test_every_alert_is_in_one_incident_whatever_the_order(findings, chance):
    now = NOON + timedelta(days=20)
    shuffled = chance.sample(findings, len(findings))
    incidents = open_incidents(findings, HOSPITAL, now)
    assert incidents == open_incidents(shuffled, HOSPITAL, now)
    named = [name for incident in incidents for name in incident.findings]
    assert sorted(named) == sorted(item.id for item in findings if item.confidence >= 0.5)
    support = [name for incident in incidents for name in incident.support]
    assert len(set(support)) == len(support)
    assert set(support) <= {item.id for item in findings if item.confidence < 0.5}
    assert all(len(incident.joins) == len(incident.findings) - 1 for incident in incidents)
    assert all(0 <= incident.score <= 1 for incident in incidents)
