from dataclasses import replace
from datetime import timedelta

import pytest
from tests.enforce.wards import (
    BOTH,
    CABINET,
    CORE,
    OFFICE_TO_SERVERS,
    SERVERS_TO_BACKUPS,
    SERVERS_TO_CARE,
    hospital,
)
from tests.ops.doors import ready

from cloison.enforce.life import life_of
from cloison.errors import UnknownIdError
from cloison.model.sealing import DoorState
from cloison.ops.keeping import open_again, renew, stages, state, told_by_hand
from cloison.ops.sealing import seal
from cloison.store.journal import Journal


@pytest.fixture
def shut(tmp_path):
    """A ward, its rules and means, its doors shut."""
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={})
    return ward, rules, means


def states(verdicts):
    return {verdict.conduit: verdict.state for verdict in verdicts}


def test_doors_stand_as_their_devices_hold_them(shut):
    _, rules, means = shut
    assert states(state(means)[1]) == {
        **dict.fromkeys(BOTH, DoorState.SHUT),
        SERVERS_TO_BACKUPS: DoorState.WAITING,
    }
    core = next(point for point in rules.points if point.point.id == CORE)
    means.device(core.point).remove(core.doors[:1])
    assert states(state(means)[1])[OFFICE_TO_SERVERS] is DoorState.LAPSED


def test_care_doors_are_kept_for_another_lease_and_one_that_opened_stays_open(shut):
    _, rules, means = shut
    longer = replace(means, lease=timedelta(hours=5))
    (renewed,) = renew(longer)
    assert (renewed.conduit, renewed.state) == (SERVERS_TO_CARE, DoorState.SHUT)
    assert renewed.lapses > means.clock() + timedelta(hours=4)
    core = next(point for point in rules.points if point.point.id == CORE)
    means.device(core.point).remove(core.doors)
    assert states(renew(means)) == {SERVERS_TO_CARE: DoorState.FAILED}
    assert states(state(means)[1])[OFFICE_TO_SERVERS] is DoorState.LAPSED


def test_a_door_that_opened_by_itself_is_shut_again_by_the_same_plan(shut):
    ward, rules, means = shut
    core = next(point for point in rules.points if point.point.id == CORE)
    means.device(core.point).remove(core.doors[:1])
    again = seal(rules, ward, means, approved={})
    assert states(again) == {**dict.fromkeys(BOTH, DoorState.SHUT), SERVERS_TO_BACKUPS: DoorState.WAITING}
    assert set(means.device(core.point).held(core.doors).whole) == set(BOTH)


def test_a_device_that_falls_silent_leaves_its_doors_in_doubt(shut):
    _, rules, means = shut
    silent = hospital(address="unreachable")
    same = replace(rules, points=tuple(replace(one, point=_at(one.point.id, silent)) for one in rules.points))
    verdicts = states(seal(same, silent, means, approved={}))
    assert {verdicts[name] for name in BOTH} == {DoorState.DOUBTFUL}
    assert states(state(means)[1])[OFFICE_TO_SERVERS] is DoorState.SHUT


def _at(name, ward):
    return next(point for point in ward.enforcement_points if point.id == name)


def test_a_person_says_that_a_cable_is_pulled(shut):
    _, _, means = shut
    assert states(told_by_hand(means, CABINET, "A. Durand")) == {SERVERS_TO_BACKUPS: DoorState.SHUT}
    assert states(state(means)[1])[SERVERS_TO_BACKUPS] is DoorState.SHUT
    with pytest.raises(UnknownIdError):
        told_by_hand(means, CABINET, "A. Durand")


def test_doors_open_in_stages_care_first_backups_last(shut):
    ward, _, means = shut
    with Journal(means.home) as journal:
        assert stages(hospital(), life_of(journal.records)) == (
            (SERVERS_TO_CARE,),
            (OFFICE_TO_SERVERS,),
            (SERVERS_TO_BACKUPS,),
        )
    assert states(open_again(ward, means, stage=1, approved={})) == {SERVERS_TO_CARE: DoorState.OPENED}
    assert set(states(open_again(ward, means, stage=None, approved={}))) == {OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS}
    assert state(means) == (None, ())
