from datetime import UTC, datetime, timedelta

from cloison.model.finding import Barrier, finding_id

MOMENT = datetime(2026, 3, 2, 9, 40, tzinfo=UTC)


def test_the_same_detector_host_and_moment_give_the_same_id():
    assert finding_id("scan", "10.0.0.1", MOMENT) == finding_id("scan", "10.0.0.1", MOMENT)
    others = {
        finding_id("scan", "10.0.0.1", MOMENT),
        finding_id("beacon", "10.0.0.1", MOMENT),
        finding_id("scan", "10.0.0.2", MOMENT),
        finding_id("scan", "10.0.0.1", MOMENT + timedelta(microseconds=1)),
    }
    assert len(others) == 4
    assert all(len(name) == 12 for name in others)


def test_any_text_makes_an_id():
    assert len(finding_id("scan", "\udcff", MOMENT)) == 12


def test_there_are_five_barriers_in_the_attacks_order():
    assert [barrier.value for barrier in Barrier] == ["entry", "infiltration", "spread", "degraded", "recovery"]
