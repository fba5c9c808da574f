from datetime import timedelta

from cloison.detect.burst import KEPT, KEYS, Bursts, microseconds
from cloison.detect.run import Act
from cloison.words import say


def act(clock, target="10.0.0.2"):
    return Act(clock, clock, 0, clock, target, say("seen"))


def test_only_acts_within_the_window_count():
    bursts = Bursts(microseconds(timedelta(microseconds=10)))
    assert [len(bursts.take("a", act(clock))) for clock in (0, 5, 10, 11, 40)] == [1, 2, 3, 3, 1]


def test_keys_do_not_mix():
    bursts = Bursts(100)
    bursts.take("a", act(1))
    assert len(bursts.take("b", act(2))) == 1


def test_a_forgotten_key_begins_anew():
    bursts = Bursts(100)
    bursts.take("a", act(1))
    bursts.forget("a")
    bursts.forget("never met")
    assert len(bursts.take("a", act(2))) == 1


def test_memory_is_bounded_by_keys_and_by_acts():
    bursts = Bursts(1 << 40)
    for clock in range(KEPT + 50):
        acts = bursts.take("much", act(clock))
    assert len(acts) == KEPT
    for key in range(KEYS + 50):
        bursts.take(key, act(9))
    assert len(bursts.recent) == KEYS
    assert "much" not in bursts.recent
