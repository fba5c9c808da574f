"""An exercise from the first finding to the reopening, on the written day, with doors in memory."""

import json

import pytest

from cloison.model.drill import DrillId, Milestone
from cloison.model.sealing import DoorState, Proof
from cloison.ops.drill import EXERCISE, Approval, Exercise, doors_in_short
from cloison.ops.drill_recorded import on_records
from cloison.store.hospital_file import load
from cloison.store.journal import JOURNAL


@pytest.fixture(scope="module")
def held(shipped_day, tmp_path_factory):
    """One exercise: what it gave, what was told meanwhile, what people were asked, and its folder."""
    home = tmp_path_factory.mktemp("exercice")
    told, asked = [], []

    def ask(proposal):
        asked.append(proposal)
        return Approval(first="A. Durand", second="B. Martin", at_once=True)

    scene = on_records([shipped_day / "logs" / "dce_rpc.log"], load(shipped_day / "hospital.toml"), home)
    exercise = Exercise(
        id=DrillId("essai"),
        scenario="jour",
        name="Un jour",
        scene=scene,
        ask=ask,
        tell=lambda moment, what: told.append((moment.milestone, what)),
    )
    return exercise.run(), told, asked, home


def test_every_moment_comes_to_pass_in_its_order(held):
    drill, told, _, _ = held
    assert [one.milestone for one in drill.moments if one.milestone is not Milestone.FIRST_ACT] == [
        one for one in Milestone if one is not Milestone.FIRST_ACT
    ]
    assert drill.when(Milestone.FIRST_ACT).story <= drill.when(Milestone.FIRST_FINDING).story
    assert {milestone for milestone, _ in told} == set(Milestone)


def test_people_approve_a_plan_that_says_what_care_it_cuts(held):
    drill, _, (proposal,), _ = held
    assert proposal.levels
    assert drill.decision.doors == len(proposal.levels) == len(drill.verdicts)
    assert (drill.decision.first, drill.decision.at_once) == ("A. Durand", True)
    assert drill.decision.care_lost_if_sealed < drill.decision.care_lost_if_nothing


def test_doors_in_memory_are_shut_and_not_proved(held):
    drill = held[0]
    assert {one.state for one in drill.verdicts} == {DoorState.SHUT}
    assert {one.proof for one in drill.verdicts} == {Proof.NOT_PROVED}
    assert str(doors_in_short(drill.verdicts)).endswith("0 proved closed")


def test_the_journal_marks_the_exercise(held):
    lines = (held[3] / JOURNAL).read_text().splitlines()
    begun = [json.loads(line)["record"] for line in lines if '"begin"' in line]
    assert begun
    assert all(["exercise", EXERCISE] in record["said"] for record in begun)
