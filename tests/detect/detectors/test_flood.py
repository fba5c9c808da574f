import pytest
from tests.detect.traffic import findings_of, flow

from cloison.detect.detectors.flood import DETECTOR

BAD, SERVER = "10.1.0.7", "10.2.0.1"


def knocks(count, *, every=0.01, **more):
    return [flow(i * every, BAD, SERVER, 902, **{"answered": False, "dst_bytes": 0, **more}) for i in range(count)]


def test_fires_on_hundreds_of_calls_to_a_shut_door():
    (one,) = findings_of(knocks(800), DETECTOR)
    assert (one.technique, one.sources, one.targets) == ("T1499", (BAD,), (SERVER,))
    assert (one.detected_at - one.first_seen).total_seconds() == pytest.approx(4.99)


@pytest.mark.parametrize(
    "rows",
    [
        knocks(499),
        knocks(2000, every=0.5),
        knocks(2000, answered=True),
        [{**row, "dst_port": i % 9 + 1} for i, row in enumerate(knocks(2000))],
        [{**row, "proto": "udp"} for row in knocks(2000)],
    ],
    ids=["few", "a careless loop", "let in", "several doors", "datagrams"],
)
def test_quiet_on(rows):
    assert findings_of(rows, DETECTOR) == ()


@pytest.mark.parametrize("cuts", [(1,), (499, 500), (100, 300, 700), range(0, 800, 7)])
def test_findings_do_not_depend_on_where_the_stream_is_cut(cuts):
    rows = knocks(800)
    assert findings_of(rows, DETECTOR, cuts=list(cuts)) == findings_of(rows, DETECTOR)
