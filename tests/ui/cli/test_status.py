import json
import re
from datetime import timedelta

import pytest

from cloison.model.notice import Notice, NoticeKind
from cloison.model.people import Role
from cloison.model.sensor import Sensor
from cloison.store.notices import queue_notice
from cloison.store.sensors import update_sensors
from cloison.words import say


@pytest.fixture
def troubled(far):
    """A case, a silent sensor, a notice, doors that were looked at."""
    console, name = far.room.console, far.room.case("bureau", 0.4)
    now = console.clock()
    silent = Sensor(
        id="/var/log/zeek conn",
        kind="zeek-tsv",
        last_record_at=now - timedelta(hours=2),
        heard_at=now - timedelta(hours=2),
        records=1640,
        rejected=3,
        quiet=True,
        remarks=(say("the folder is empty"),),
    )
    update_sensors(console.database, [silent])
    queue_notice(
        console.database, Notice(kind=NoticeKind.TRIAL, text=say("trial: notices of Cloison come through")), now
    )
    yield name
    far.room.close(name)


def test_what_wants_a_person_is_told_the_same_here_and_there(far, troubled):
    code, told = far.alike("status")
    assert code == 1
    assert f"{troubled}  " in told
    assert "silent" in told
    assert "1,640 records" in told
    assert "trial" in told
    here, there = (
        re.sub(r'"at": "[^"]*"', "", run("status", "--format", "json")[1], count=1) for run in (far.here, far.there)
    )
    assert here == there
    sensor = json.loads(far.there("status", "--format", "json")[1])["sensors"][0]
    assert (sensor["quiet"], sensor["rejected"]) == (True, 3)


def test_who_only_reads_is_not_told_which_eyes_are_shut(far):
    code, _, said = far.there("status", token=far.token_of(Role.READER))
    assert (code, "[not-allowed]" in said) == (2, True)
