from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.incident.test_suspicion import HOSPITAL, NOON, finding

from cloison.incident.clues import together
from cloison.incident.hosts import Hosts
from cloison.incident.incident import open_incidents
from cloison.incident.links import follow

DESK = "10.1.0.5"


def clue(detector, technique, *, confidence=0.4, minute=0, source=DESK):
    return finding(source, detector=detector, technique=technique, confidence=confidence, minute=minute)


def threads(*clues):
    hosts = Hosts(HOSPITAL)
    return [follow(one, hosts, one.confidence) for one in clues]


SCAN, CALLS = clue("scan", "T1046"), clue("beacon", "T1071.001", minute=30)


def test_two_strange_behaviours_of_one_machine_within_hours_open_an_incident():
    (incident,) = open_incidents([SCAN, CALLS], HOSPITAL, NOON + timedelta(hours=1))
    assert incident.findings == (SCAN.id, CALLS.id)
    assert incident.score >= 0.5
    assert [str(one.why) for one in incident.joins] == [f"{DESK} acts in both"]


@pytest.mark.parametrize(
    "other",
    [
        clue("beacon", "T1071.001", minute=60 * 24),
        clue("scan", "T1071.001", minute=30),
        clue("notices", "T1046", minute=30),
        clue("beacon", "T1071.001", minute=30, source="10.1.0.6"),
        clue("beacon", "T1071.001", minute=30, confidence=0.1),
    ],
    ids=["a day later", "same detector", "same technique", "another machine", "too faint"],
)
def test_clues_that_are_not_enough_together_open_nothing(other):
    assert open_incidents([SCAN, other], HOSPITAL, NOON + timedelta(days=1)) == ()


def test_a_machine_of_the_outside_is_not_judged_by_its_clues():
    assert (
        together(threads(clue("scan", "T1046", source="198.51.100.7"), clue("b", "T1110", source="198.51.100.7"))) == []
    )


def test_clues_that_opened_an_incident_join_the_alert_that_comes_later():
    alert = finding(DESK, minute=90, confidence=0.9, detector="admin-reach")
    (incident,) = open_incidents([SCAN, CALLS, alert], HOSPITAL, NOON + timedelta(hours=2))
    assert incident.findings == (SCAN.id, CALLS.id, alert.id)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["T1", "T2", "T3"]), st.integers(0, 600)),
        max_size=6,
        unique_by=lambda each: (each[0], each[2]),
    )
)
def test_the_order_of_clues_changes_nothing(drawn):
    clues = [clue(name, technique, minute=minute) for name, technique, minute in drawn]

    def told(some):
        return {(one.earlier.finding.id, one.later.finding.id) for one in together(threads(*some))}

    assert told(clues) == told(clues[::-1])
