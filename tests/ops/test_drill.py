"""An exercise from the first finding to the reopening, on the written day, with doors in memory."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cloison.model.addressing import AddressBook
from cloison.model.drill import DrillId, Milestone
from cloison.model.finding import Barrier, Finding, FindingId, Technique
from cloison.model.sealing import DoorState, Proof
from cloison.ops.drill import EXERCISE, Approval, Exercise, doors_in_short
from cloison.ops.drill_recorded import RecordedScene, dry, on_records
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.store.hospital_file import load
from cloison.store.journal import JOURNAL
from cloison.words import say


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


class Clues(RecordedScene):
    """Nothing but one clue of an intruder's, then hours in which nothing happens."""

    def __post_init__(self):
        super().__post_init__()
        at = datetime(2026, 3, 10, 21, tzinfo=UTC)
        self.clue = Finding(
            id=FindingId("indice"),
            detector="scan",
            technique=Technique("T1046"),
            barrier=Barrier.INFILTRATION,
            title=say("something"),
            explanation=say("something"),
            confidence=0.4,
            sources=("10.90.0.10",),
            targets=(),
            first_seen=at,
            last_seen=at,
            detected_at=at,
            evidence=(),
        )
        self.minutes = 0

    def look(self):
        self.minutes += 10
        return (self.clue,) if self.minutes == 10 else ()

    def findings(self):
        return (self.clue,)

    def over(self):
        return self.minutes >= 240

    def deeds(self):
        return 1

    def story(self, at):
        del at
        return self.clue.detected_at + timedelta(minutes=self.minutes)


def test_where_nothing_calls_anybody_a_person_who_reads_the_clues_has_doors_shut(shipped_day, tmp_path):
    hospital = dry(load(shipped_day / "hospital.toml"))
    scene = Clues(hospital=hospital, means=Means(home=tmp_path))
    arm(hospital, scene.means)
    drill = Exercise(
        id=DrillId("essai"),
        scenario="indices",
        name="Des indices",
        scene=scene,
        ask=lambda _: Approval(first="A. Durand", second="B. Martin", at_once=True),
        tell=lambda *_: None,
    ).run()
    assert drill.when(Milestone.INCIDENT) is None
    assert drill.story_seconds(Milestone.FIRST_FINDING, Milestone.PLAN) == 3600
    assert drill.decision.suspected
    shut = {conduit.from_ for conduit in hospital.conduits if conduit.id in {one.conduit for one in drill.verdicts}}
    assert AddressBook(hospital).locate("10.90.0.10")[0] in shut


def test_the_journal_marks_the_exercise(held):
    lines = (held[3] / JOURNAL).read_text().splitlines()
    begun = [json.loads(line)["record"] for line in lines if '"begin"' in line]
    assert begun
    assert all(["exercise", EXERCISE] in record["said"] for record in begun)
