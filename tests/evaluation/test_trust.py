import pytest
from evaluation.trust import cases, fit, scores
from tests.evaluation.made import found, label, outcome, outcomes, scenario


def both_halves():
    names = [f"pcap/essai-{number}" for number in range(40)]
    return [scenario(label(), name=name) for name in names]


def test_a_recording_with_many_findings_teaches_as_one():
    one = scenario(label())
    known = cases([one], outcomes(one, outcome(found(), found("T1046", "10.9.9.9"))), {})
    assert [(case.true, case.weight) for case in known] == [(True, 0.5), (False, 0.5)]


def test_quiet_days_are_shared_between_halves():
    days = ["quiet day 12", "quiet day 12, no map", "quiet day 13"]
    known = cases([], {}, {day: outcome(found()) for day in days})
    assert [(case.half, case.true) for case in known] == [("A", False), ("A", False), ("B", False)]


def test_a_boaster_s_curve_is_followed_and_a_shy_one_s_is_not():
    quiet = {f"quiet day {seed}": outcome(found(confidence=0.9)) for seed in range(12)}
    (boaster,) = fit(cases([], {}, quiet))
    assert boaster.adopted
    scenarios = both_halves()
    right = {name: value for one in scenarios for name, value in outcomes(one, outcome(found(confidence=0.5))).items()}
    (shy,) = fit(cases(scenarios, right, {}))
    assert not shy.adopted


def test_a_modest_detector_that_is_right_is_raised_and_half_b_agrees():
    scenarios = both_halves()
    results = {
        name: value for one in scenarios for name, value in outcomes(one, outcome(found(confidence=0.5))).items()
    }
    known = cases(scenarios, results, {})
    (curve,) = fit(known)
    assert curve.after < curve.before == pytest.approx(0.25)
    before, error, after, moved, count = scores(known, [curve], "B")
    assert count == curve.tested[0]
    assert after < before
    assert moved < error


def test_what_was_never_seen_in_half_a_has_no_curve():
    one = next(item for item in both_halves() if item.half == "B")
    assert fit(cases([one], outcomes(one, outcome(found())), {})) == []
