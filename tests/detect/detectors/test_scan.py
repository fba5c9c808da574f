from collections import defaultdict
from datetime import timedelta
from ipaddress import ip_address, ip_network
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import DAY, HOUR, START, findings_of, flow, sweep

from cloison.detect.detectors.scan import DETECTOR
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def hospital(role: str | None) -> Hospital:
    return Hospital(
        name="Essai",
        zones=(Zone(id=ZoneId("gestion"), name="G", kind=ZoneKind.MANAGEMENT, networks=(ip_network("10.0.0.0/8"),)),),
        assets=(
            Asset(id=AssetId("a"), name="A", zone=ZoneId("gestion"), addresses=(ip_address("10.1.0.1"),), role=role),
        ),
    )


def first_alarm(contacts) -> int | None:
    """Jung's walk in plain Python, as the class describes it: index of the contact that convicts."""
    walk, met, seen = defaultdict(int), set(), {}
    for index, (at, dst, port, answered) in enumerate(contacts):
        day = int(at // DAY)
        fresh = seen.get((dst, port), -9) < day - 1
        new_machine = (day, dst) not in met
        first_today = seen.get((dst, port)) != day
        seen[dst, port] = day
        if first_today:
            met.add((day, dst))
        if not first_today or not fresh:
            continue
        step = DETECTOR.machine if new_machine else DETECTOR.port
        walk[day] = max(0, walk[day] + (-step if answered else step))
        if walk[day] >= DETECTOR.threshold:
            return index
    return None


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    chance=st.floats(0, 0.6),
    machines=st.integers(2, 60),
    hours=st.sampled_from([1, 30, 100]),
)
def test_the_walk_is_jungs(seed, chance, machines, hours):
    random = Random(seed)
    contacts = [
        (at, random.randrange(machines), random.choice((22, 80, 445)), random.random() < chance)
        for at in sorted(random.random() * hours * HOUR for _ in range(150))
    ]
    rows = [flow(at, "10.1.0.1", f"10.2.0.{dst}", port, answered=answered) for at, dst, port, answered in contacts]
    expected = first_alarm(contacts)
    alarms = found(rows)
    if expected is None:
        assert alarms == ()
    else:
        assert min(len(one.evidence) for one in alarms) > 0
        seconds = (alarms[0].detected_at - START).total_seconds()
        assert seconds == pytest.approx(contacts[expected][0], abs=1e-5)


def test_fires_on_the_ninth_machine_that_does_not_answer_and_is_sure_at_the_twelfth():
    rows = sweep("10.1.0.1", every=60)
    assert not found(rows[:8])
    assert [found(rows[:count])[0].confidence for count in (9, 11, 12)] == [0.45, 0.45, 0.6]
    (one,) = found(rows)
    assert one.technique == "T1046"
    assert one.sources == ("10.1.0.1",)
    assert one.detected_at.minute == 8
    assert len(one.targets) == 30
    assert one.last_seen.minute == 29


def test_fires_on_the_ports_of_one_machine():
    (one,) = found([flow(i, "10.1.0.1", "10.2.0.1", 1000 + i, answered=False) for i in range(60)])
    assert one.targets == ("10.2.0.1",)
    assert "ports of 10.2.0.1" in str(one.title)


def test_fires_through_ordinary_work():
    work = [flow(30 * i, "10.1.0.1", f"10.2.0.{i % 5}") for i in range(400)]
    assert len(found([*work, *sweep("10.1.0.1", at=9000)])) == 1


def test_fires_again_after_a_quiet_gap():
    assert len(found([*sweep("10.1.0.1"), *sweep("10.1.0.1", at=30 * HOUR, port=22)])) == 2


def test_quiet_when_machines_answer():
    assert found([flow(i, "10.1.0.1", f"10.2.0.{i}") for i in range(200)]) == ()


def test_quiet_when_a_few_machines_are_off():
    rows = [flow(60 * i, "10.1.0.1", f"10.3.0.{i % 8}", 9100, answered=False) for i in range(2000)]
    assert found(rows) == ()


def test_quiet_when_known_servers_are_down():
    before = [flow(i, "10.1.0.1", f"10.2.0.{i}") for i in range(40)]
    outage = [flow(HOUR + i, "10.1.0.1", f"10.2.0.{i}", answered=False) for i in range(40)]
    morrow = [flow(DAY + i, "10.1.0.1", f"10.2.0.{i}", answered=False) for i in range(40)]
    assert found([*before, *outage, *morrow]) == ()


@pytest.mark.parametrize("more", [{"proto": "udp", "dst_port": 161}, {"answered": None}, {"proto": "icmp"}])
def test_quiet_on_what_cannot_be_told(more):
    assert found([{**row, **more} for row in sweep("10.1.0.1")]) == ()


def test_quiet_on_a_host_whose_role_is_to_look():
    assert found(sweep("10.1.0.1"), hospital=hospital("vulnerability-scanner")) == ()
    assert len(found(sweep("10.1.0.1"), hospital=hospital(None))) == 1


def test_the_internet_is_judged_only_without_a_map():
    (one,) = found(sweep("198.51.100.1"))
    assert one.confidence < 0.5
    assert found(sweep("198.51.100.1"), hospital=hospital(None)) == ()


def test_a_fast_scan_is_one_finding():
    (one,) = found(sweep("10.1.0.1", every=0.001, machines=3000))
    assert "3000" in str(one.explanation)


@pytest.mark.parametrize("cuts", [(), (1,), (5, 9), (3, 12, 20)])
def test_a_scan_begins_when_the_walk_left_zero_not_at_the_morning_s_misdial(cuts):
    morning = [flow(0, "10.0.0.1", "10.0.9.9", 445, answered=False)]
    ordinary = [flow(60 + n, "10.0.0.1", f"10.0.8.{n}", 443) for n in range(1, 6)]
    rows = [*morning, *ordinary, *sweep("10.0.0.1", at=4 * HOUR)]
    (one,) = found(rows, cuts=cuts)
    assert one.first_seen == START + timedelta(hours=4)
    assert "10.0.9.9" not in one.targets


def test_fires_on_a_half_open_scan_of_machines_that_are_all_there():
    knocks = [{**row, "answered": True, "src_bytes": 0} for row in sweep("10.1.0.1", machines=40)]
    (one,) = found(knocks)
    assert "where nothing was said" in str(one.evidence[0].note)
    assert found(knocks[:17]) == ()


def test_open_ports_of_a_half_open_scan_buy_no_credit():
    ports = [flow(i, "10.1.0.1", "10.2.0.1", 20 + i, answered=i % 2 > 0, src_bytes=0, dst_bytes=0) for i in range(80)]
    assert len(found(ports)) == 1


def test_quiet_on_web_sites_called_ahead_of_need():
    rows = [flow(i, "10.1.0.1", f"198.51.100.{i}", 443, src_bytes=0, dst_bytes=0) for i in range(200)]
    assert found(rows) == ()


def test_fires_on_udp_services_asked_of_one_machine():
    rows = [flow(i / 9, "10.1.0.1", "10.2.0.1", 1000 + i, proto="udp", answered=False) for i in range(60)]
    assert len(found(rows)) == 1


@pytest.mark.parametrize(
    "more", [{"dst_port": 161}, {"src_port": 1900}, {"dst_port": 50000}, {"dst": "198.51.100.7"}, {"answered": None}]
)
def test_quiet_on_datagrams_that_ask_nothing_of_a_service(more):
    rows = [{**flow(i, "10.1.0.1", f"10.2.0.{i}", 1000 + i, proto="udp", answered=False), **more} for i in range(100)]
    if "dst_port" in more:
        rows = [
            {**row, "dst_port": more["dst_port"] + (i if more["dst_port"] > 1000 else 0)} for i, row in enumerate(rows)
        ]
    assert found(rows) == ()
