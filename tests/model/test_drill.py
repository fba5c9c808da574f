import pytest
from tests.model.drills import drill, moment

from cloison.model.drill import BARRIER_OF, Milestone


def test_times_are_told_on_both_clocks():
    held = drill()
    assert held.real_seconds(Milestone.APPROVED, Milestone.SHUT) == pytest.approx(4.2)
    assert held.story_seconds(Milestone.FIRST_ACT, Milestone.FIRST_FINDING) == pytest.approx(720)


def test_what_did_not_come_to_pass_has_no_time():
    held = drill(moments=(moment(Milestone.BEGUN), moment(Milestone.OVER)))
    assert held.when(Milestone.SHUT) is None
    assert held.real_seconds(Milestone.APPROVED, Milestone.SHUT) is None
    assert held.story_seconds(Milestone.BEGUN, Milestone.SHUT) is None


def test_every_moment_between_the_ends_measures_a_barrier():
    assert set(Milestone) - set(BARRIER_OF) == {Milestone.BEGUN, Milestone.OVER}
