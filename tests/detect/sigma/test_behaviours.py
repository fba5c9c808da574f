from cloison.detect.run import EVIDENCE, QUIET_MICROSECONDS
from cloison.detect.sigma.behaviours import Computer, Pulse, confidence_of

MINUTE = 60_000_000
CHANCES = {0: 0.1, 1: 0.25, 2: 0.5, 3: 0.75, 4: 0.9}


def pulse(minutes, rank=3, technique="T1059", rule="r", actor="pc", *, record=None):
    clock = round(minutes * MINUTE)
    return Pulse(rule, rank, technique, clock, clock, 0, clock + 1 if record is None else record, actor, "pc", "")


def after(*pulses, alone=2):
    computer = Computer()
    for one in pulses:
        computer.take(one, alone=alone, supports=2, window=60 * MINUTE)
    return computer


def test_one_technique_is_one_behaviour():
    computer = after(pulse(0), pulse(1, rule="s"), pulse(2, technique="T1047"))
    assert set(computer.live) == {"T1059", "T1047"}
    assert set(computer.live["T1059"].rules) == {"r", "s"}


def test_six_quiet_hours_end_a_behaviour():
    computer = after(pulse(0), pulse(QUIET_MICROSECONDS / MINUTE + 1))
    assert len(computer.past) == len(computer.live) == 1


def test_a_weak_rule_waits_for_another_technique():
    assert after(pulse(0, rank=1)).live == {}
    supported = after(pulse(0, rank=1), pulse(30, technique="T1047"))
    assert supported.live["T1059"].fired == 30 * MINUTE
    assert set(after(pulse(0, rank=1), pulse(30)).live) == {"T1059"}
    assert set(after(pulse(0, rank=1), pulse(61, technique="T1047")).live) == {"T1047"}


def test_techniques_of_the_same_parent_do_not_support_each_other():
    assert set(after(pulse(0, rank=1, technique="T1.001"), pulse(1, technique="T1.002")).live) == {"T1.002"}


def test_support_is_known_on_both_sides():
    computer = after(pulse(0, rank=2), pulse(30, rank=2, technique="T1047"))
    assert all(behaviour.supported for behaviour in computer.live.values())
    late = after(pulse(0, rank=2), pulse(61, rank=2, technique="T1047"))
    assert not any(behaviour.supported for behaviour in late.live.values())


def test_the_gravest_rule_is_the_chief_and_is_quoted():
    many = [pulse(at, rank=2, rule=f"r{at}") for at in range(30)]
    behaviour = after(*many, pulse(40, rank=4, rule="grave")).live["T1059"]
    assert behaviour.chief.rule == "grave"
    assert behaviour.chief in behaviour.told()
    assert len(behaviour.told()) == EVIDENCE


def test_rules_that_agree_add_a_little():
    one = confidence_of(after(pulse(0)).live["T1059"], CHANCES, 0.3)
    two = confidence_of(after(pulse(0), pulse(1, rule="s")).live["T1059"], CHANCES, 0.3)
    assert one == 0.75
    assert one < two < 0.8


def test_support_takes_doubt_away():
    alone = after(pulse(0, rank=2)).live["T1059"]
    beside = after(pulse(0, rank=2), pulse(1, rank=2, technique="T1047")).live["T1059"]
    assert confidence_of(alone, CHANCES, 0.3) == 0.5
    assert confidence_of(beside, CHANCES, 0.3) == 0.65


def test_rules_that_match_one_record_do_not_support_each_other():
    one = after(pulse(0, rank=2, record=7), pulse(0, rank=2, technique="T1047", record=7))
    assert not any(behaviour.supported for behaviour in one.live.values())
    assert after(pulse(0, rank=1, record=7), pulse(0, technique="T1047", record=7), alone=3).live.keys() == {"T1047"}
    more = after(
        pulse(0, rank=2, record=7), pulse(0, rank=2, technique="T1047", record=7), pulse(1, rank=2, rule="s", record=8)
    )
    assert {name: one.supported for name, one in more.live.items()} == {"T1059": False, "T1047": True}
