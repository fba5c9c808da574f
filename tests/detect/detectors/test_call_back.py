from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import HOUR, MINUTE, findings_of, flow

from cloison.detect.detectors.call_back import DETECTOR

BAD, VICTIM = "10.1.0.7", "10.2.0.30"


def reach(at=0.0, *, src=BAD, dst=VICTIM, port=445, **more):
    return flow(at, src, dst, port, **more)


def call(at, dst=BAD, port=4444, *, src=VICTIM, **more):
    return flow(at, src, dst, port, **more)


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def test_fires_on_a_call_back_to_who_had_just_come():
    (one,) = found([reach(), call(20)])
    assert (one.technique, one.sources, one.targets) == ("T1210", (BAD,), (VICTIM,))
    assert (one.detected_at - one.first_seen).total_seconds() == 20
    assert one.confidence == 0.45


def test_fires_on_two_odd_ports_of_a_neighbour_of_who_came():
    (one,) = found([reach(), call(30, "10.1.0.99", 5555, answered=False), call(40, "10.1.0.98", 4444)])
    assert one.sources == (BAD,)


def test_what_is_fed_makes_it_more_certain():
    (one,) = found([reach(), call(20, src_bytes=30_000, dst_bytes=1 << 20)])
    assert one.confidence == 0.55


@pytest.mark.parametrize(
    "rows",
    [
        [reach()],
        [call(20)],
        [reach(30), call(20)],
        [reach(), call(5 * MINUTE, "10.1.0.99")],
        [reach(), call(11 * MINUTE)],
        [reach(), call(20, port=443)],
        [reach(), call(20, "10.3.0.9")],
        [reach(port=104), call(20, port=11_112)],
        [reach(answered=False, src_bytes=0), call(20)],
        [reach(), call(20, "10.1.0.99")],
        [call(-HOUR), reach(), call(20)],
        [reach(src="10.2.0.8"), call(20, "10.2.0.99")],
    ],
    ids=[
        *("reached only", "calls only", "before", "neighbour late", "late", "web", "elsewhere"),
        *("image sent back", "shut", "one neighbour", "habit", "same network"),
    ],
)
def test_quiet_on(rows):
    assert not found([{**row, "at": row["at"] + 2 * HOUR} for row in rows])


def test_quiet_on_a_server_that_calls_every_machine_that_came():
    rows = [row for i in range(30) for row in (reach(i, src=f"10.1.0.{i}"), call(i + 0.5, f"10.1.0.{i}", 18_082))]
    assert len(found(rows)) <= DETECTOR.popular_hosts - 1


def test_quiet_on_a_service_that_many_machines_call():
    rows = [call(i, dst=BAD, src=f"10.2.0.{i}") for i in range(1, 9)]
    assert not found([*rows, reach(20), call(40)])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=5))
def test_findings_do_not_depend_on_batches(cuts):
    first = int(ip_address(BAD))
    rows = [reach(20 * i, src=str(ip_address(first + i % 4)), dst=f"10.2.0.{i % 5}") for i in range(30)]
    rows += [call(20 * i + 15, str(ip_address(first + i % 3)), 4444 + i % 6, src=f"10.2.0.{i % 5}") for i in range(30)]
    assert found(rows, cuts=cuts) == found(rows)
    assert found(rows)
