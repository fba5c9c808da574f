from dataclasses import replace
from datetime import timedelta

import pytest
from tests.enforce.wards import hospital
from tests.ops.crisis_room import ANNE, BRICE, desk_at, still, with_plan
from tests.store.test_cases import case_of

from cloison.ops.crisis_choices import levels_of
from cloison.ops.crisis_desk import digest
from cloison.ops.crisis_lessons import lessons
from cloison.ops.crisis_motion import Signer, approve, open_doors
from cloison.store.decisions import decided

BOTH = [Signer(account=one[0], person=one[1], how="password") for one in (ANNE, BRICE)]


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def told(desk, name):
    found = lessons(desk.look(name).case, decided(desk.database, name))
    return found, {str(lap.what): lap for lap in found.laps}


def test_what_did_not_come_to_pass_has_no_time(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    found, laps = told(desk, name)
    assert (found.sealed, found.care_lost_if_sealed) == (0, None)
    assert laps["doors shut and tried"].at is None
    assert laps["case opened: somebody could know"].took is None
    assert laps["first approval"].wanted == timedelta(minutes=30)


def test_logs_that_were_read_late_alerted_nobody_in_time():
    late = replace(case_of(), opened_at=case_of().opened_at + timedelta(days=30))
    laps = {str(lap.what): lap for lap in lessons(late, ()).laps}
    known = laps["case opened: somebody could know"]
    assert known.took > timedelta(days=29)
    assert known.wanted == timedelta(hours=16)
    assert laps["first alert, by the records' own time"].wanted is None


def test_each_step_is_counted_from_the_one_that_it_follows(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    view = with_plan(desk, name)
    doors = digest(levels_of("total-cut", view.standing.plan, hospital()))
    approve(desk, name, "total-cut", doors, BOTH)
    still(desk, name)
    open_doors(desk, name, None, BOTH[0])
    still(desk, name)
    desk.close(name, "fini", ANNE)
    found, laps = told(desk, name)
    assert found.sealed == 4
    assert found.proved == 0
    assert found.care_lost_if_nothing == view.standing.plan.nothing.care_hours
    shut = laps["doors shut and tried"]
    assert shut.took == shut.at - laps["first approval"].at
    assert laps["last doors opened again"].at >= shut.at
    assert laps["case closed"].at is not None
