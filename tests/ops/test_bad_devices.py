"""Every sort of device, scripted, through the same seal as the real thing: sound, then failing in each way."""

from datetime import timedelta

import pytest
from tests.enforce.drivers.fleet import SORTS, all_doors, conduit_of, standing
from tests.enforce.routers import PASSWORD

from cloison.enforce.drivers.memory import Failing
from cloison.enforce.life import life_of
from cloison.model.sealing import DoorState
from cloison.ops.keeping import open_again
from cloison.ops.sealing import seal
from cloison.store.journal import Journal

EVERY = {conduit_of(sort) for sort in SORTS}

WORDS = {
    Failing.UNREACHABLE: "it cannot be reached",
    Failing.WRONG_PASSWORD: "it does not let us in",
    Failing.SLOW: "it did not answer within",
    Failing.GARBAGE: "it answers what nobody understands",
    Failing.IDLE: "said yes, and does not hold",
    Failing.HALF: "said yes, and does not hold",
}


def states(verdicts):
    return {verdict.conduit: verdict.state for verdict in verdicts}


def test_sound_devices_shut_their_doors_hold_them_and_open_them_again(tmp_path):
    with standing(tmp_path) as (ward, _, means):
        shut = seal(all_doors(ward), ward, means, approved={})
        assert states(shut) == dict.fromkeys(EVERY, DoorState.SHUT)
        opened = open_again(ward, means, stage=None, approved={})
        assert states(opened) == dict.fromkeys(EVERY, DoorState.OPENED)


@pytest.mark.parametrize("failing", Failing)
def test_every_sort_of_device_that_fails_ends_in_a_truthful_verdict(tmp_path, failing):
    with standing(tmp_path, failing=failing) as (ward, _, means):
        patience = timedelta(seconds=1.0 if failing is Failing.SLOW else 10)
        hasty = type(means)(home=means.home, patience=patience, listening=timedelta())
        verdicts = seal(all_doors(ward), ward, hasty, approved={})
        assert states(verdicts) == dict.fromkeys(EVERY, DoorState.FAILED)
        for verdict in verdicts:
            assert any(WORDS[failing] in str(sentence) for sentence in verdict.evidence), verdict
        with Journal(tmp_path) as journal:
            life = life_of(journal.records)
        assert (life.underway, life.shut) == (None, {})
    # What opens a device is never told, least of all when it is wrong.
    assert PASSWORD not in (tmp_path / "doors.jsonl").read_text()
