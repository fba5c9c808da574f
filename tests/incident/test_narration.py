from tests.incident.test_suspicion import HOSPITAL, finding

from cloison.incident.hosts import Hosts
from cloison.incident.narration import entitle, involved, steps
from cloison.incident.suspicion import weigh

HOSTS = Hosts(HOSPITAL)


def title(*findings):
    return str(entitle(findings, weigh(findings, HOSPITAL), HOSTS))


def test_a_title_tells_where_it_began_and_how_far_it_went():
    assert title(finding("10.1.0.5", confidence=0.9)) == "Suspicious acts of 10.1.0.5"
    spread = [finding("10.1.0.5", "10.2.0.1", confidence=0.9), finding("10.2.0.1", minute=5)]
    assert title(*spread) == "Intrusion spreading from 10.1.0.5: 2 suspect machines"
    assert title(finding("198.51.100.7", "10.2.0.1", confidence=0.3)) == "Attack from 198.51.100.7"


def test_machines_have_the_names_people_know():
    called = finding("10.2.0.2", "10.1.0.77", confidence=0.9, technique="T1071", detector="call")
    assert involved(weigh([called], HOSPITAL), HOSTS) == ("SRV-FIC",)
    findings = [finding("10.2.0.2", "10.1.0.9", confidence=0.9)]
    assert involved(weigh(findings, HOSPITAL), HOSTS) == ("SRV-FIC", "10.1.0.9")
    (step,) = steps(findings, HOSTS)
    assert (step.sources, step.targets, step.what) == (("SRV-FIC",), ("10.1.0.9",), findings[0].title)


def test_steps_follow_the_clock_of_the_acts():
    late, early = finding("10.1.0.5", minute=9), finding("10.1.0.6", minute=1)
    assert [step.finding for step in steps([late, early], HOSTS)] == [early.id, late.id]
