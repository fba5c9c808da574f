from datetime import timedelta

import pytest
from evaluation.judging import false_alarms, is_true, judge, plain, quiet_hours
from tests.evaluation.made import NOON, found, label, outcome, outcomes, scenario


def verdict(result, *labels):
    one = scenario(*(labels or (label(),)))
    return judge(one, outcomes(one, *([result] * len(one.recordings))))


def test_a_finding_counts_with_the_right_machine_family_and_time():
    judged = verdict(outcome(found("T1021.006", minute=5)))
    assert (judged.strict, judged.near, judged.alerted, judged.reason) == (True, True, True, "")
    assert (judged.delay, judged.own_delay) == (timedelta(minutes=5), timedelta(minutes=1))
    assert judged.families == {"T1021"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (outcome(), "nothing found in 10 records"),
        (outcome(error="crash: MemoryError"), "crash: MemoryError"),
        (outcome(found("T1046")), "right machine, other family: essai T1046"),
        (outcome(found("T1021", "10.9.9.9")), "right family, other machine: essai T1021"),
        (outcome(found("T1046", "10.9.9.9")), "other machine and family: essai T1046"),
        (outcome(found("T1021", minute=600)), "right machine, outside the window: essai T1021"),
    ],
)
def test_a_miss_says_why(result, reason):
    judged = verdict(result)
    assert (judged.strict, judged.reason) == (False, reason)


def test_a_neighbouring_family_counts_in_its_own_column():
    judged = verdict(outcome(found("T1569.002")))
    assert (judged.strict, judged.near) == (False, True)


def test_a_clue_finds_a_scenario_but_is_no_alert():
    judged = verdict(outcome(found(confidence=0.3)))
    assert (judged.strict, judged.alerted) == (True, False)


def test_two_sensors_must_both_suffice():
    one = scenario(label(), label())
    judged = judge(one, outcomes(one, outcome(found()), outcome()))
    assert (judged.strict, judged.reason) == (False, "nothing found in 10 records")


@pytest.mark.parametrize("name", ["srv-fic", "SRV-FIC.autre.example", "SRV-FIC$"])
def test_a_machine_is_known_without_its_domain(name):
    assert verdict(outcome(found("T1021", "10.9.9.9", targets=(name,)))).strict


def test_a_machine_is_known_by_another_of_its_names():
    assert verdict(outcome(found("T1021", "pc-12"), aliases={"10.0.0.5": "pc-12"})).strict


def test_a_label_may_name_a_network():
    assert verdict(outcome(found("T1046", "10.9.9.9", targets=("192.0.2.7",))),
                   label(victims=("192.0.2.0/24",), techniques=("T1046",))).strict  # fmt: skip


def test_a_label_without_machine_takes_any_and_without_clock_any_time():
    anything = label(attackers=(), victims=(), start=None, end=None)
    judged = verdict(outcome(found("T1021", "10.9.9.9", minute=9999)), anything)
    assert (judged.strict, judged.delay) == (True, None)


def test_names_are_plain():
    assert [plain("FE80:0::1"), plain("PC-1$"), plain("PC-1.a.b")] == ["fe80::1", "pc-1", "pc-1"]


def test_false_alarms_are_all_findings_of_a_benign_recording():
    one = scenario(label("benign", attackers=(), victims=(), techniques=()))
    results = outcomes(one, outcome(found(), found("T1046")))
    assert len(false_alarms(one, results)) == 2
    assert quiet_hours(one)


def test_a_machine_attacked_from_outside_is_accused_by_mistake():
    one = scenario(label("mixed", attackers=(), victims=("10.0.0.7",), techniques=("T1046",)))
    attack, slander = found("T1046", "198.51.100.7", targets=("10.0.0.7",)), found("T1071", "10.0.0.7")
    assert [alarm.found for alarm in false_alarms(one, outcomes(one, outcome(attack, slander)))] == [slander]
    assert quiet_hours(one)


def test_an_attacker_inside_makes_no_quiet_hour():
    one = scenario(label("mixed", attackers=("10.0.0.7",), victims=("10.0.0.7",)))
    assert not quiet_hours(one)
    assert false_alarms(one, outcomes(one, outcome(found("T1071", "10.0.0.7")))) == []


@pytest.mark.parametrize(
    ("verdict_", "technique", "source", "expected"),
    [
        ("malicious", "T1021", "10.0.0.5", True),
        ("malicious", "T1046", "10.0.0.5", True),
        ("malicious", "T1021", "10.9.9.9", False),
        ("mixed", "T1569", "10.0.0.5", True),
        ("mixed", "T1046", "10.0.0.5", None),
        ("benign", "T1021", "10.0.0.5", False),
        ("unlabelled", "T1021", "10.0.0.5", None),
    ],
)
def test_what_teaches_confidence(verdict_, technique, source, expected):
    assert is_true(found(technique, source), label(verdict_), outcome()) is expected


def test_the_window_has_a_second_of_slack():
    late = found(minute=61 + 1 / 120)
    assert late.first_seen == NOON + timedelta(hours=1, seconds=0.5)
    assert verdict(outcome(late)).strict


def test_an_attacker_inside_accuses_though_it_is_not_the_victim():
    one = scenario(label("mixed", attackers=("10.0.0.8",), victims=("10.0.0.7",)))
    assert not quiet_hours(one)
    assert quiet_hours(scenario(label("mixed", attackers=("45.143.203.2",), victims=("10.0.0.7",))))


def test_every_technique_of_a_finding_counts_and_the_first_is_counted_apart():
    judged = verdict(outcome(found("T1569", also=("T1021.002",))))
    assert (judged.strict, judged.chief, judged.families) == (True, False, frozenset({"T1569", "T1021"}))
    assert verdict(outcome(found("T1021"))).chief
