import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import MINUTE, START, findings_of, flow

from cloison.detect.detectors.scripted_desktop import DETECTOR

BAD, VICTIM = "10.1.0.7", "10.2.0.30"


def session(end, *, lasts=120.0, sent=21_000, got=72_000, port=3389, **more):
    """A session that ends at `end` seconds."""
    began = START.timestamp() + end - lasts
    row = flow(end, BAD, VICTIM, port, src_bytes=sent, dst_bytes=got, **more)
    return {**row, "ts": START.fromtimestamp(began, START.tzinfo)}


def found(rows):
    return findings_of(rows, DETECTOR)


def test_fires_on_sessions_all_alike():
    rows = [session(200 + 240 * i, sent=21_000 + 90 * i, got=72_000 - 80 * i) for i in range(5)]
    assert not found(rows[:3])
    (one,) = found(rows)
    assert (one.technique, one.sources, one.targets) == ("T1021.001", (BAD,), (VICTIM,))
    assert (one.detected_at - one.first_seen).total_seconds() == 3 * 240 + 120


def test_fires_on_another_screen_by_the_name_of_its_service():
    assert found([session(200 + 240 * i, port=5999, service="rfb") for i in range(4)])


@pytest.mark.parametrize(
    "rows",
    [
        [session(200 + 240 * i, sent=21_000 * (1 + i % 2)) for i in range(9)],
        [session(900 + 240 * i, lasts=60.0 + 90 * (i % 2)) for i in range(9)],
        [session(200 + 25 * MINUTE * i) for i in range(9)],
        [session(200 + 240 * i, sent=300, got=400) for i in range(9)],
        [session(200 + 240 * i, port=443) for i in range(9)],
        [session(200 + 240 * i, answered=False) for i in range(9)],
        [{**session(200 + 240 * i), "dst": f"10.2.0.{i}"} for i in range(9)],
    ],
    ids=["sizes", "lengths", "seldom", "knocks", "web", "shut", "machines"],
)
def test_quiet_on(rows):
    assert found(rows) == ()


def test_cuts_change_nothing():
    assert same_however_cut([session(200 + 200 * i, sent=21_000 * (1 + (i // 7) % 2)) for i in range(40)], DETECTOR)
