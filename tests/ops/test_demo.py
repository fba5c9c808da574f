from datetime import timedelta

import pytest
from tests.conftest import DAY

from cloison.ops.demo import DECISION, rehearse, tell
from cloison.rehearse.day import write_day
from cloison.rehearse.shipped import shipped_map
from cloison.seal.check import check
from cloison.store.hospital_file import load


@pytest.fixture(scope="module")
def story(shipped_day):
    return tell(load(shipped_day / "hospital.toml"), [shipped_day / "logs"], drill=True)


def test_the_intruder_is_found_and_nobody_else_is_accused(story):
    accused = {source for finding in story.analysis.findings for source in finding.sources}
    suspects = {item.address for item in story.incident.suspicion.assets if item.probability >= 0.5}
    assert accused
    assert suspects


def test_the_plan_stands_before_its_judge(story):
    assert check(story.hospital, story.plan) == ()
    assert check(story.hospital, story.earlier.plan) == ()


def test_deciding_early_saves_care(story):
    assert story.earlier.moment == story.incident.opened_at + DECISION
    assert story.earlier.plan.sealed.care_hours < story.plan.sealed.care_hours < story.plan.nothing.care_hours


def test_a_quiet_day_opens_no_incident(tmp_path):

    with shipped_map() as path:
        hospital = load(path)
    write_day(hospital, tmp_path / "logs", seed=4, start=DAY, intrusion=False)
    quiet = tell(hospital, [tmp_path / "logs"], drill=True)
    assert (quiet.incident.opened_at, quiet.plan, quiet.earlier) == (None, None, None)
    assert quiet.leaks.leaks


def test_a_rehearsal_says_its_steps_and_writes_yesterday(tmp_path):
    steps = []
    story = rehearse(tmp_path / "logs", seed=2, on_step=steps.append)
    assert len(steps) == 2
    assert story.drill
    assert story.analysis.window_end - story.analysis.window_start > timedelta(hours=20)
