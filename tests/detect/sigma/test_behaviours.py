from cloison.detect.run import EVIDENCE, QUIET_MICROSECONDS
from cloison.detect.sigma.behaviours import Computer, Pulse, confidence_of

MINUTE = 60_000_000
CHANCES = {0: 0.1, 1: 0.25, 2: 0.5, 3: 0.75, 4: 0.9}


def pulse(minutes, rank=3, technique="T1059", rule="r", actor="pc"):
    clock = round(minutes * MINUTE)
    return Pulse(rule, rank, technique, clock, clock, 0, 1, actor, "pc", "")


def after(*pulses, alone=2):
    computer = Computer()
    for one in pulses:
        computer.take(one, alone=alone, window=60 * MINUTE, several=3)
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


def test_three_weak_techniques_convince_together():
    two = [pulse(0, rank=1, technique="T1"), pulse(1, rank=1, technique="T2")]
    assert after(*two).live == {}
    assert set(after(*two, pulse(2, rank=1, technique="T3")).live) == {"T1", "T2", "T3"}


def test_the_gravest_rule_is_the_chief_and_is_quoted():
    many = [pulse(at, rank=2, rule=f"r{at}") for at in range(30)]
    behaviour = after(*many, pulse(40, rank=4, rule="grave")).live["T1059"]
    assert behaviour.chief.rule == "grave"
    assert behaviour.chief in behaviour.told()
    assert len(behaviour.told()) == EVIDENCE


def test_rules_that_agree_add_a_little():
    one = confidence_of(after(pulse(0)).live["T1059"], CHANCES)
    two = confidence_of(after(pulse(0), pulse(1, rule="s")).live["T1059"], CHANCES)
    assert one == 0.75
    assert one < two < 0.8
