from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import HOSPITAL, NOON, finding
from tests.model.test_mute import decided

from cloison.incident.hosts import Hosts
from cloison.incident.muting import class_of, covers, muted
from cloison.model.finding import Technique
from cloison.model.mute import Scope
from cloison.words import say

HOSTS = Hosts(HOSPITAL, owners={"10.1.0.5": "pc-12"})
SEEN = finding("10.1.0.5", "10.2.0.1", "10.1.0.9", confidence=0.6)


@pytest.mark.parametrize("scope", list(Scope))
def test_the_alert_itself_is_covered_whatever_the_scope(scope):
    assert covers(decided(SEEN, scope=scope), SEEN, HOSTS)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_stronger_signal_always_passes(scope):
    assert not covers(decided(SEEN, scope=scope), replace(SEEN, confidence=0.85), HOSTS)
    assert not covers(decided(replace(SEEN, confidence=0.3), scope=scope), SEEN, HOSTS)
    assert not covers(decided(SEEN, scope=scope), replace(SEEN, detector="autre"), HOSTS)


CHANGES = {
    "another target": {"targets": ("10.2.0.1", "10.2.0.50")},
    "another machine": {"sources": ("10.1.0.77",)},
    "another technique": {"technique": Technique("T1047")},
    "another behaviour": {"title": say("something else")},
}
PASSES = {
    Scope.PAIR: {"another target", "another machine", "another technique", "another behaviour"},
    Scope.HOST: {"another machine", "another technique", "another behaviour"},
    Scope.DETECTOR: {"another machine"},
    Scope.EVERYWHERE: {"another technique", "another behaviour"},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("scope", list(Scope))
def test_what_the_scope_does_not_name_passes(scope, change):
    changed = replace(SEEN, **CHANGES[change])
    assert covers(decided(SEEN, scope=scope), changed, HOSTS) == (change not in PASSES[scope])


def test_a_machine_is_covered_under_any_of_its_names():
    renamed = replace(SEEN, sources=("PC-12.chu.example",), targets=("srv-fic",))
    assert covers(decided(SEEN), renamed, HOSTS)


def test_a_finding_without_actor_is_covered_on_its_own_machine_only():
    nobody = replace(SEEN, sources=())
    assert covers(decided(nobody, scope=Scope.HOST), nobody, HOSTS)
    assert not covers(decided(nobody, scope=Scope.HOST), replace(nobody, targets=("10.2.0.50",)), HOSTS)


def test_a_decision_ends_and_the_longest_lived_is_named():
    short = decided(SEEN, until=NOON + timedelta(days=1))
    long = decided(SEEN, scope=Scope.HOST, until=NOON + timedelta(days=30))
    assert muted([SEEN], [short, long], NOON, HOSTS) == {SEEN.id: long}
    assert muted([SEEN], [short], NOON + timedelta(days=1), HOSTS) == {}


FINDINGS = st.builds(
    finding,
    st.sampled_from(["10.1.0.5", "10.2.0.1", "pc-12"]),
    st.sampled_from(["10.1.0.9", "10.2.0.2"]),
    confidence=st.sampled_from([0.2, 0.6, 0.9]),
    technique=st.sampled_from(["T1046", "T1021.002"]),
    detector=st.sampled_from("ab"),
    minute=st.integers(0, 99),
)


@settings(deadline=None)
@given(FINDINGS, st.lists(FINDINGS, max_size=6, unique_by=lambda each: each.id), st.sampled_from(list(Scope)))
def test_nothing_stronger_or_of_another_detector_is_ever_hidden(one, others, scope):
    hidden = muted(others, [decided(one, scope=scope)], NOON, HOSTS)
    for other in others:
        if other.id in hidden:
            assert other.detector == one.detector
            assert class_of(other.confidence) <= class_of(one.confidence)


@settings(deadline=None)
@given(FINDINGS, FINDINGS)
def test_wider_scopes_cover_what_narrower_ones_do(one, other):
    def covered(scope):
        return covers(decided(one, scope=scope), other, HOSTS)

    assert covered(Scope.PAIR) <= covered(Scope.HOST) <= covered(Scope.DETECTOR)
    assert covered(Scope.HOST) <= covered(Scope.EVERYWHERE)
