from itertools import count

import pytest

from cloison.seal.deadline import AMPLE, Deadline, OutOfTime, stopped


def test_a_deadline_counts_down_on_its_caller_s_clock_and_never_below_zero():
    ticks = count()
    deadline = Deadline.after(lambda: float(next(ticks)), 3.0)
    assert [deadline.left() for _ in range(5)] == [2.0, 1.0, 0.0, 0.0, 0.0]
    assert deadline.passed()


def test_keeping_time_back_brings_the_deadline_forward():
    deadline = Deadline.after(stopped, 5.0)
    assert deadline.sooner(2.0).left() == 3.0
    assert deadline.sooner(9.0).passed()


def test_on_a_stopped_clock_only_no_time_at_all_passes():
    assert Deadline.after(stopped, 0.0).passed()
    assert not Deadline.after(stopped, 1e-3).passed()


def test_holding_goes_on_while_there_is_time():
    AMPLE.hold()
    with pytest.raises(OutOfTime):
        Deadline.after(stopped, 0.0).hold()
