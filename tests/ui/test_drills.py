import pytest
from tests.model.drills import drill, moment, seen

from cloison.model.drill import Decision, Milestone
from cloison.ui.drills import compared, drill_document, false_alarms, lasting, spoken, stopwatch
from cloison.ui.languages import Translator
from cloison.words import say

ENGLISH = Translator("en", "UTC")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (4.24, "4.2\u00a0s"), (42.4, "42\u00a0s"), (720, "12\u00a0min"), (12_000, "3\u00a0h\u00a020")],
)
def test_durations_are_written_as_people_say_them(seconds, said):
    assert lasting(seconds, ENGLISH) == said


def test_the_stopwatch_tells_each_barrier_once_and_in_order():
    lines = stopwatch(drill(), ENGLISH)
    assert [line[0] for line in lines if line[0]] == ["entry", "infiltration", "spread", "degraded mode", "recovery"]
    text = "\n".join(" ".join(line) for line in lines)
    assert "first finding 02:17 12\u00a0min after the first act" in text
    assert "doors shut and tried 02:21 4.2\u00a0s after the approval" in text
    assert "doors shut: 2 of 2, of which proved closed: 1  0 packets crossed afterwards" in text
    assert "vital flows that the plan keeps: 9 messages sent  0 lost, 1 late" in text
    assert "flows that the plan stops: 4 messages sent  1 lost, 0 late" in text


def test_what_did_not_come_to_pass_is_said():
    held = drill(moments=(moment(Milestone.BEGUN), moment(Milestone.OVER)), decision=None, verdicts=(), care=())
    assert [line[3] for line in stopwatch(held, ENGLISH)].count("did not come to pass") == 7


def test_an_approval_given_with_the_command_measures_nobody():
    given = Decision(doors=2, at_lifeline=0, care_lost_if_nothing=9.0, care_lost_if_sealed=1.0, first="A", at_once=True)
    assert any(line[3] == "given with the command" for line in stopwatch(drill(decision=given), ENGLISH))


def test_a_plan_that_only_a_person_asked_for_says_so():
    decided = Decision(
        doors=2, at_lifeline=0, care_lost_if_nothing=9.0, care_lost_if_sealed=1.0, first="A", suspected=True
    )
    held = drill(decision=decided, moments=tuple(moment(one) for one in Milestone if one is not Milestone.INCIDENT))
    took = {line[1]: line[3] for line in stopwatch(held, ENGLISH)}
    assert took["incident opened"] == "did not come to pass"
    assert took["plan proposed"].startswith("by a person who read the clues")
    assert drill_document(held, ENGLISH)["decision"]["suspected_by_a_person"] is True


def test_only_alerts_before_the_plan_that_speak_of_nobody_s_act_are_false():
    assert false_alarms(drill()) == 1
    quiet = drill(seen=(seen("clue", seconds=3, hostile=False, alert=False),))
    assert false_alarms(quiet) == 0


def test_two_exercises_stand_side_by_side():
    slower = drill("b", moments=tuple(moment(one, 40 if one is Milestone.SHUT else None) for one in Milestone))
    lines = {what: (left, right) for what, left, right in compared(drill(), slower, ENGLISH)}
    assert lines["approval to doors shut and tried"] == ("4.2\u00a0s", "22\u00a0s")
    assert lines["doors proved closed"] == ("1", "1")


def test_the_document_says_that_it_is_an_exercise():
    document = drill_document(drill(), ENGLISH)
    assert (document["exercise"], document["false_alarms"]) == (True, 1)
    assert document["seconds"]["approval_to_shut"] == pytest.approx(4.2)
    assert {one["flow"] for one in document["care"]} == {"images", "fichiers"}
    assert drill_document(drill(decision=None), ENGLISH)["decision"] is None


def test_a_moment_is_said_with_what_there_is_to_say():
    assert spoken(moment(Milestone.PLAN), None, ENGLISH) == "plan proposed"
    assert spoken(moment(Milestone.INCIDENT), say("something"), ENGLISH) == "incident opened: something"
