from ipaddress import ip_network

import pytest
from tests.detect.traffic import DAY, HOUR, findings_of, flow

from cloison.detect.detectors.fan_out import DETECTOR
from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind

FIRST, VICTIM = "10.1.0.7", "10.2.0.3"


def fan(src, *, at=0.0, count=8, port=445, every=2.0, net=2, size=4000, **more):
    return [flow(at + i * every, src, f"10.{net}.0.{i + 1}", port, **{"src_bytes": size, **more}) for i in range(count)]


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def test_fires_on_both_links_of_the_chain():
    one, other = found([*fan(FIRST), *fan(VICTIM, at=60, net=3)])
    assert {one.sources, other.sources} == {(FIRST,), (VICTIM,)}
    assert one.technique == other.technique == "T1210"
    assert {one.detected_at, other.detected_at} == {one.detected_at}


def test_fires_when_the_second_is_faster_than_the_first():
    rows = [*fan(FIRST, every=60.0), *fan(VICTIM, at=150, net=3, every=0.1)]
    assert len(found(rows)) == 2


def test_fires_on_calls_that_nobody_answers_but_the_victim():
    rows = [{**row, "answered": row["dst"] == VICTIM} for row in fan(FIRST)]
    assert len(found([*rows, *fan(VICTIM, at=60, net=3, answered=False)])) == 2


def test_the_same_payload_is_worth_more():
    (alike, _), (unlike, _) = (found([*fan(FIRST), *fan(VICTIM, at=60, net=3, size=size)]) for size in (4000, 90_000))
    assert alike.confidence > unlike.confidence


@pytest.mark.parametrize(
    "rows",
    [
        fan(FIRST, count=60),
        [*fan(FIRST, count=5), *fan(VICTIM, at=60, net=3)],
        [*fan(FIRST), *fan(VICTIM, at=60, net=3, count=5)],
        [*fan(FIRST), *fan(VICTIM, at=2 * HOUR, net=3)],
        [*fan(FIRST), *fan("10.9.0.1", at=60, net=3)],
        [flow(0, VICTIM, "10.8.0.1", 445), *fan(FIRST, at=DAY), *fan(VICTIM, at=DAY + 60, net=3)],
        [*fan(FIRST), *fan(VICTIM, at=60, net=3, port=22)],
        [*fan(FIRST, port=104), *fan(VICTIM, at=60, net=3, port=104)],
        [{**row, "answered": False} for row in [*fan(FIRST), *fan(VICTIM, at=60, net=3)]],
    ],
    ids=["alone", "few", "few after", "later", "stranger", "client before", "other service", "relay", "no answer"],
)
def test_quiet_on(rows):
    assert found(rows) == ()


def test_quiet_on_those_whose_work_is_to_administer():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.MANAGEMENT, networks=(ip_network("10.0.0.0/8"),))
    rows = [*fan(FIRST), *fan(VICTIM, at=60, net=3)]
    assert found(rows, hospital=Hospital(name="Essai", zones=(zone,))) == ()


@pytest.mark.parametrize("cuts", [(3,), (8,), (9, 12), range(16)])
def test_findings_do_not_depend_on_where_the_stream_is_cut(cuts):
    rows = [*fan(FIRST), *fan(VICTIM, at=10, net=3)]
    assert found(rows, cuts=list(cuts)) == found(rows) != ()
