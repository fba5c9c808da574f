import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import HOUR, findings_of, flow

from cloison.detect.detectors.stealth_scan import DETECTOR

BAD, VICTIM = "10.1.0.7", "10.2.0.1"


def probe(at, port, *, src=BAD, dst=VICTIM, state="odd", **more):
    return flow(at, src, dst, port, answered=False, src_bytes=0, dst_bytes=0, state=state, **more)


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def test_fires_on_segments_of_no_connection_to_two_ports():
    (one,) = found([probe(0, 3390), probe(8, 3391), probe(13, 3392)])
    assert (one.technique, one.sources, one.targets) == ("T1046", (BAD,), (VICTIM,))
    assert (one.detected_at - one.first_seen).total_seconds() == 8
    assert one.confidence == 0.65


def test_fires_on_the_same_port_of_two_machines():
    assert len(found([probe(0, 80), probe(1, 80, dst="10.2.0.2")])) == 1


def test_an_outsider_is_believed_half():
    (one,) = found([probe(0, 80, src="203.0.113.9"), probe(1, 81, src="203.0.113.9")])
    assert one.confidence == 0.3


@pytest.mark.parametrize(
    "rows",
    [
        [probe(0, 80)],
        [probe(place, 80) for place in range(9)],
        [probe(place * HOUR, place) for place in range(9)],
        [probe(place, place, state="S0") for place in range(9)],
        [probe(place, place, proto="udp") for place in range(9)],
        [probe(place, place, dst=BAD) for place in range(9)],
    ],
    ids=["one", "one door", "rare", "ordinary", "no tcp", "itself"],
)
def test_quiet_on(rows):
    assert not found(rows)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=4))
def test_findings_do_not_depend_on_batches(cuts):
    rows = [probe(200 * place, place % 7) for place in range(30)]
    assert found(rows, cuts=[min(cut, 30) for cut in cuts]) == found(rows)
