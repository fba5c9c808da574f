from ipaddress import ip_network
from random import Random

import pytest
from tests.detect.traffic import DAY, HOUR, findings_of, flow, ticking

from cloison.detect.detectors.beacon import DETECTOR
from cloison.model.hospital import Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind

EARLIER = [flow(0, "10.1.0.9", "198.51.100.9")]
"""So that the stream is older than the settling time when the rest comes."""


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def hospital(kind: ZoneKind) -> Hospital:
    return Hospital(
        name="Essai",
        zones=(
            Zone(id=ZoneId("ici"), name="I", kind=kind, networks=(ip_network("10.0.0.0/8"),)),
            Zone(id=ZoneId("lui"), name="L", kind=ZoneKind.SUPPLIER, networks=(ip_network("192.0.2.0/24"),)),
        ),
        conduits=(Conduit(id=ConduitId("c"), from_=ZoneId("ici"), to=ZoneId("lui"), services=("tcp/443",)),),
    )


@pytest.mark.parametrize("jitter", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("every", [30.0, 300.0, 3600.0])
def test_fires_at_the_thirty_second_call_or_before_when_in_a_hurry(every, jitter):
    rows = ticking("10.1.0.1", "203.0.113.1", at=DAY, every=every, calls=140, jitter=jitter)
    (one,) = found([*EARLIER, *rows])
    assert one.technique == "T1071"
    assert one.targets == ("203.0.113.1",)
    calls = (one.detected_at - one.first_seen).total_seconds() / every
    assert (6 if every < 120 and jitter < 0.5 else 25) < calls < 140
    assert one.confidence >= 0.5


def test_fires_when_a_quarter_of_the_calls_is_missing():
    random = Random(1)
    rows = [row for row in ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=200, jitter=0.1) if random.random() > 0.25]
    assert len(found([*EARLIER, *rows])) == 1


def test_fires_once_for_a_host_with_two_addresses():
    rows = [*ticking("10.1.0.1", "203.0.113.1", at=DAY), *ticking("10.1.0.1", "203.0.113.2", at=DAY + 600)]
    (one,) = found([*EARLIER, *rows])
    assert one.targets == ("203.0.113.1", "203.0.113.2")


def test_fires_with_little_confidence_on_what_was_there_before():
    (one,) = found(ticking("10.1.0.1", "203.0.113.1"))
    assert one.confidence <= 0.3


def test_fires_with_less_confidence_when_nobody_answers():
    rows = ticking("10.1.0.1", "203.0.113.1", at=DAY)
    (answered,) = found([*EARLIER, *rows])
    (silent,) = found([*EARLIER, *({**row, "answered": False} for row in rows)])
    assert silent.confidence < answered.confidence


def test_quiet_on_people():
    random = Random(2)
    at, rows = DAY, []
    for _ in range(600):
        at += random.expovariate(1 / 90)
        rows.append(flow(at, "10.1.0.1", "203.0.113.1", src_bytes=random.randrange(200, 90_000)))
    assert found([*EARLIER, *rows]) == ()


def test_quiet_on_services_that_many_call():
    rows = [row for host in range(1, 12) for row in ticking(f"10.1.0.{host}", "203.0.113.1", at=DAY + host, calls=70)]
    assert found([*EARLIER, *rows]) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"dst_port": 123, "proto": "udp"},
        {"dst_port": 53, "proto": "udp"},
        {"dst": "10.2.0.1"},
        {"dst": "224.0.0.251"},
    ],
)
def test_quiet_on_clockwork_and_the_inside(more):
    assert found([*EARLIER, *({**row, **more} for row in ticking("10.1.0.1", "203.0.113.1", at=DAY))]) == ()


def test_quiet_on_a_supplier_that_a_passage_leads_to():
    rows = ticking("10.1.0.1", "192.0.2.1", at=DAY)
    assert found([*EARLIER, *rows], hospital=hospital(ZoneKind.OFFICE)) == ()


def test_quiet_on_devices_that_ticked_from_the_beginning():
    rows = ticking("10.1.0.1", "203.0.113.1")
    assert found(rows, hospital=hospital(ZoneKind.BIOMEDICAL)) == ()
    assert len(found(rows, hospital=hospital(ZoneKind.OFFICE))) == 1


def test_fires_after_eight_calls_when_the_rhythm_is_nearly_perfect():
    (one,) = found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=31, jitter=0.05)])
    assert (one.detected_at - one.first_seen).total_seconds() == pytest.approx(7 * 60, abs=30)


def test_fires_on_a_private_address_of_another_block_where_there_is_no_map():
    rows = ticking("10.1.0.1", "192.168.7.7", at=DAY)
    assert len(found([*EARLIER, *rows])) == 1
    assert found([*EARLIER, *rows], hospital=hospital(ZoneKind.OFFICE)) == ()
    assert found([*EARLIER, *({**row, "dst_port": 9100} for row in rows)]) == ()


def test_fires_on_a_public_caller_where_there_is_no_map():
    (one,) = found([*EARLIER, *ticking("198.51.100.7", "203.0.113.1", at=DAY)])
    assert one.sources == ("198.51.100.7",)


def test_quiet_on_a_stranger_who_calls_one_of_ours():
    ours = flow(DAY - 5, "203.0.113.1", "198.51.100.99")
    assert found([*EARLIER, ours, *ticking("198.51.100.7", "203.0.113.1", at=DAY)]) == ()


def test_quiet_on_too_few_or_too_slow_calls():
    assert found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=7)]) == ()
    assert found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=31, every=300)]) == ()
    assert found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=31, jitter=0.4)]) == ()
    assert found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, every=5 * HOUR, calls=70)]) == ()


def test_a_finding_lasts_as_long_as_the_calls():
    (one,) = found([*EARLIER, *ticking("10.1.0.1", "203.0.113.1", at=DAY, calls=500)])
    assert (one.last_seen - one.first_seen).total_seconds() == pytest.approx(499 * 60, abs=2)
    assert "500" in str(one.explanation)
    assert len(one.evidence) <= 20
