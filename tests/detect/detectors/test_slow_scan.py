import pytest
from tests.detect.traffic import DAY, HOUR, findings_of, flow, sweep

from cloison.detect.detectors.slow_scan import DETECTOR

BAD = "10.1.0.7"


def slowly(*, daily=8, days=7, **more):
    return [
        flow(day * DAY + i * HOUR, BAD, f"10.9.{day}.{i}", 445, **{"answered": False, **more})
        for day in range(days)
        for i in range(daily)
    ]


def found(rows):
    return findings_of(rows, DETECTOR)


def test_fires_on_a_few_machines_a_day_for_a_week():
    (one,) = found([*slowly(), *[flow(90 * i, BAD, "10.2.0.1") for i in range(5000)]])
    assert (one.technique, one.sources) == ("T1046", (BAD,))
    assert one.detected_at.day - one.first_seen.day == 4
    assert len(one.targets) >= DETECTOR.machines


@pytest.mark.parametrize(
    "rows",
    [
        slowly(daily=4),
        slowly(answered=True),
        sweep(BAD, machines=3000, every=0.01),
        [flow(i * HOUR, BAD, "10.9.0.1", 445, answered=False) for i in range(200)],
        [{**row, "dst": f"198.51.{i // 200}.{i % 200}"} for i, row in enumerate(slowly())],
    ],
    ids=["few", "there", "fast", "one machine", "outside"],
)
def test_quiet_on(rows):
    assert found(rows) == ()
