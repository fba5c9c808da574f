from dataclasses import replace
from datetime import timedelta

from evaluation.judging import judge
from evaluation.tallies import Share, by_detector, by_family, delays, quiet, quiet_day, share
from tests.evaluation.made import found, label, outcome, outcomes, scenario


def judged(result, **more):
    one = scenario(label(**more))
    return judge(one, outcomes(one, result))


def test_shares_are_counted_by_scenario_with_their_interval():
    verdicts = [judged(outcome(found())), judged(outcome())]
    assert str(share(verdicts, lambda item: item.strict)) == "1 of 2 (9-91 %)"
    assert str(Share(0, 0)) == "none"


def test_a_family_is_found_under_its_own_name_or_another_of_the_label():
    (verdict,) = [judged(outcome(found("T1021")), techniques=("T1021", "T1003.001"))]
    rows = {family: (under.hits, any_.hits) for family, under, any_ in by_family([verdict])}
    assert rows == {"T1003": (0, 1), "T1021": (1, 1)}


def test_delays_are_medians_by_behaviour():
    verdicts = [judged(outcome(found(minute=minute))) for minute in (1, 2, 9)]
    assert delays(verdicts) == [("lateral movement", 3, timedelta(minutes=2), timedelta(minutes=1))]


def test_scans_too_slow_for_a_minute_are_told_apart():
    one = judged(outcome(found("T1046")), techniques=("T1046",))
    quick = replace(one, own_delay=timedelta(seconds=5))
    rows = {name: (count, own) for name, count, _, own in delays([one, quick, quick])}
    assert rows == {
        "scan": (3, timedelta(seconds=5)),
        "scan, fast": (3, timedelta(seconds=5)),
    }
    slow = replace(one, own_delay=timedelta(hours=1))
    rows = {name: (count, own) for name, count, _, own in delays([slow, quick])}
    assert (rows["scan, fast"][0], rows["scan, slow"]) == (1, (1, timedelta(hours=1)))


def test_quiet_hours_are_machines_times_hours():
    one = scenario(label("benign", attackers=(), victims=(), techniques=()))
    (row,) = quiet([one], outcomes(one, outcome(found(), found(confidence=0.3), inside=4, hours=12)))
    assert (row.host_hours, row.alerts, len(row.alarms)) == (48, 1, 2)
    assert row.rate().startswith("0.50 (")


def test_too_short_a_recording_has_no_rate():
    assert quiet_day("a", {"x": outcome(hours=0.01)}).rate() == "too short for a rate"


def test_findings_are_summed_by_detector():
    assert by_detector([found("T1046"), found("T1046"), found("T1021")]) == "essai T1021, essai T1046 x2"
