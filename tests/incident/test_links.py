from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import HOSPITAL, finding

from cloison.incident.hosts import Hosts
from cloison.incident.links import FADE, Groups, by_machine, faded, follow, links, near_links
from cloison.model.hospital import Conduit, ConduitId, Hospital, ZoneId

HOSTS = Hosts(HOSPITAL)
DAY = 1440


def threads(*findings):
    return [follow(item, HOSTS, item.confidence) for item in findings]


def strength(one, other):
    found = links(threads(one, other), 0.0)
    return max((link.strength for link in found), default=0.0)


def scan(source, *targets, **more):
    return finding(source, *targets, technique="T1046", detector="scan", confidence=0.9, **more)


def reach(source, *targets, **more):
    return finding(source, *targets, technique="T1021.002", detector="reach", confidence=0.9, **more)


def call(source, *targets, **more):
    return finding(source, *targets, technique="T1071", detector="call", confidence=0.9, **more)


def test_one_machine_that_acts_twice_is_the_strongest_link():
    assert strength(scan("10.1.0.5"), reach("10.1.0.5", "10.2.0.9")) == pytest.approx(0.81)


def test_a_machine_that_is_taken_then_acts_is_a_path():
    assert strength(reach("10.1.0.5", "10.1.0.6"), scan("10.1.0.6", minute=10)) == pytest.approx(0.81 * 0.8, rel=1e-3)


def test_being_looked_at_is_no_path():
    assert strength(scan("10.1.0.5", "10.1.0.6"), call("10.1.0.6", "198.51.100.1")) == 0


def test_two_machines_that_call_the_same_master_are_linked_and_two_scans_of_it_are_not():
    assert strength(call("10.1.0.5", "198.51.100.1"), call("10.1.0.6", "198.51.100.1")) == pytest.approx(0.81 * 0.8)
    assert strength(scan("10.1.0.5", "198.51.100.1"), scan("10.1.0.6", "198.51.100.1")) == 0


def test_nothing_in_common_links_nothing():
    assert strength(scan("10.1.0.5"), scan("10.1.0.6")) == 0


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_links_fade_with_time(one, other):
    near, far = sorted([one, other])
    first = scan("10.1.0.5")
    assert strength(first, reach("10.1.0.5", minute=far * DAY)) <= strength(first, reach("10.1.0.5", minute=near * DAY))


def test_a_half_life_leaves_one_half():
    assert faded(FADE, FADE) == 0.5
    assert faded(-FADE, FADE) == 1.0


def test_the_reason_names_the_machine():
    one, other = threads(reach("10.1.0.5", "10.2.0.1"), reach("10.2.0.2", "10.1.0.9", minute=5))
    assert str(by_machine(one, other, "asset:fichiers").why) == "SRV-FIC is reached, then acts"


def crossing():
    conduit = Conduit(id=ConduitId("b>s"), from_=ZoneId("bureaux"), to=ZoneId("serveurs"), services=())
    return Hospital(name="Essai", zones=HOSPITAL.zones, conduits=(conduit,))


def test_a_passage_links_those_who_act_within_the_hour_only_in_its_direction():
    hospital = crossing()
    office, server = scan("10.1.0.5"), scan("10.2.0.9", minute=10)
    assert len(near_links(threads(office, server), hospital, 0.2)) == 1
    assert near_links(threads(office, scan("10.2.0.9", minute=300)), hospital, 0.2) == []
    assert near_links(threads(server, scan("10.1.0.5", minute=20)), hospital, 0.2) == []
    assert near_links(threads(office, server), None, 0.2) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_groups_are_the_same_in_any_order(pairs):
    def groups(order):
        made = Groups(list("abcdef"))
        for one, other in order:
            made.join(one, other)
        return [made.root(name) for name in "abcdef"]

    assert groups(pairs) == groups(list(reversed(pairs)))
    assert all((groups(pairs)["abcdef".index(a)] == groups(pairs)["abcdef".index(b)]) for a, b in pairs)


def test_a_quiet_week_halves_a_link():
    first = scan("10.1.0.5")
    late = reach("10.1.0.5", minute=int(FADE / timedelta(minutes=1)))
    assert strength(first, late) == pytest.approx(0.405)
